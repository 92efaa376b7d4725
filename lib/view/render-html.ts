import type { Assessment, AssetVerdict, BecauseStep, Verdict } from "#lib/impact/assessment.ts";
import { sayConsequence, sayEffect, sayNode, sayProvenance, sayWhyQuiet } from "./because-words.ts";
import { describeChange, nameChangeTarget } from "./change-kinds.ts";
import { countVerdicts } from "./counts.ts";
import { escapeHtml as esc } from "./escape-html.ts";
import { foldSteps } from "./fold-steps.ts";
import { sayHeadline } from "./headline.ts";
import { rankConsumers } from "./ranking.ts";
import { sayUnread } from "./unread-words.ts";
import { VERDICT_SHAPES } from "./verdict-shapes.ts";
import {
  countOf,
  KIND_WORDS,
  sayCertainty,
  sayNumber,
  sayVerdict,
  USE_WORDS,
  VERDICT_ORDER,
  VERDICT_WORDS,
} from "./verdict-words.ts";
import { EMPTY_VIEW } from "./view-state.ts";

/** What files of ours look like: paper, both themes, no script. */
export const PAPER_STYLE = `:root{color-scheme:light dark;--bg:#fff;--ink:#14161b;--ink2:#43474f;--line:#e2e3e6;--loud:#b23a10;--silent:#651f9e;--degraded:#005b6b;--unaffected:#646b78;--unknown:#14161b}
@media(prefers-color-scheme:dark){:root{--bg:#14161a;--ink:#eef0f3;--ink2:#b9bec8;--line:#272a31;--loud:#ff7a55;--silent:#d49bfe;--degraded:#7fdede;--unaffected:#9299a6;--unknown:#eef0f3}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--bg);max-width:64rem;margin:2rem auto;padding:0 1.5rem}
h1{font-size:1.6rem;line-height:1.25;letter-spacing:-.015em}h2{font-size:1.05rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem .6rem .4rem 0;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:500;color:var(--ink2)}.n{text-align:right;font-variant-numeric:tabular-nums}code{font-family:ui-monospace,monospace;font-size:.9em}
.v{white-space:nowrap;font-weight:600}.v svg{width:1em;height:1em;vertical-align:-.12em;margin-right:.35em}
.breaks_loudly{color:var(--loud)}.breaks_silently{color:var(--silent)}.degraded{color:var(--degraded)}.unaffected{color:var(--unaffected)}.unknown{color:var(--unknown)}
details{border-bottom:1px solid var(--line);padding:.5rem 0}summary{cursor:pointer}.q{color:var(--ink2)}ol,ul{padding-left:1.4rem}li{margin:.25rem 0}
@media print{details{break-inside:avoid}}`;

/** The shape of a verdict, for a file. */
export const verdictSvg = (verdict: Verdict): string =>
  `<svg viewBox="0 0 16 16" aria-hidden="true">${VERDICT_SHAPES[verdict]
    .map(({ d, paint, width }) => {
      if (paint === "fill") return `<path d="${d}" fill="currentColor"/>`;
      const stroke = paint === "cut" ? "var(--bg)" : "currentColor";
      return `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${width ?? 1.4}" stroke-linecap="round"${paint === "dash" ? ' stroke-dasharray="2.4 1.9"' : ""}/>`;
    })
    .join("")}</svg>`;

const word = (verdict: AssetVerdict): string => {
  const certainty = sayCertainty(verdict.certainty);
  return `<span class="v ${verdict.verdict}">${verdictSvg(verdict.verdict)}${esc(sayVerdict(verdict))}</span>${certainty === "" ? "" : `, ${certainty}`}`;
};

function stepItem(step: BecauseStep): string {
  const use = step.use === undefined ? "" : `, ${USE_WORDS[step.use]}`;
  const place = sayProvenance(step);
  const expression =
    step.expression === undefined || step.expression === ""
      ? ""
      : `<br><code>${esc(step.expression)}</code>`;
  return `<li><code>${esc(sayNode(step))}</code> <span class="q">${esc(sayEffect(step))}${esc(use)}</span><br>${esc(step.text)}${expression}${place === undefined ? "" : ` <span class="q"><code>${esc(place)}</code></span>`}</li>`;
}

function consumerRow(verdict: AssetVerdict, rank: number | undefined): string {
  const { asset } = verdict;
  return `<tr><td class="n">${rank ?? ""}</td><td>${esc(asset.shortName)}<br><span class="q">${KIND_WORDS[asset.kind].one}</span></td><td>${word(verdict)}</td><td>${esc(asset.domain ?? "")}</td><td>${esc(asset.owner ?? "")}</td><td class="n">${asset.tier ?? ""}${asset.tierGuessed === true ? " (guessed)" : ""}</td><td class="n">${verdict.points === null ? "" : verdict.points.toFixed(1)}</td></tr>`;
}

const becauseOf = (verdict: AssetVerdict): string =>
  `<details open><summary>${word(verdict)} <b>${esc(verdict.asset.shortName)}</b> <span class="q">${esc(sayConsequence(verdict))}</span></summary><ol>${foldSteps(verdict.because).map(stepItem).join("")}</ol></details>`;

const quietItem = (verdict: AssetVerdict): string =>
  `<li>${esc(verdict.asset.shortName)} <span class="q">${esc(sayWhyQuiet(verdict).join("; "))}</span></li>`;

const part = (title: string, body: string): string =>
  body === "" ? "" : `<section><h2>${title}</h2>${body}</section>`;

const listIf = (items: readonly string[], tag: "ul" | "ol"): string =>
  items.length === 0 ? "" : `<${tag}>${items.join("")}</${tag}>`;

/** Who breaks and why, as parts of a page. */
export function assessmentParts(assessment: Assessment): string {
  const ranking = rankConsumers(assessment, EMPTY_VIEW);
  const rows = ranking.groups.flatMap((group) => group.rows);
  const table = `<table><thead><tr><th class="n">Rank</th><th>Who</th><th>Verdict</th><th>Domain</th><th>Owner</th><th class="n">Tier</th><th class="n">Points</th></tr></thead><tbody>${rows.map((row) => consumerRow(row.verdict, row.rank)).join("")}${ranking.unknown.map((verdict) => consumerRow(verdict, undefined)).join("")}</tbody></table>`;
  return `${part("Who breaks", rows.length + ranking.unknown.length === 0 ? "" : table)}
${part("Because", rows.map((row) => becauseOf(row.verdict)).join(""))}
${part(
  "In between",
  listIf(
    ranking.between.map((verdict) => `<li>${word(verdict)} ${esc(verdict.asset.shortName)}</li>`),
    "ul",
  ),
)}
${part("Unaffected, each with its reason", listIf([...ranking.unaffectedConsumers, ...ranking.unaffectedBetween].map(quietItem), "ul"))}`;
}

/** The answer as one HTML file without scripts or anything from elsewhere: to attach, to print, to keep. */
export function renderHtml(assessment: Assessment): string {
  const headline = sayHeadline(assessment);
  const { consumers, between, reached } = countVerdicts(assessment);
  const counts = VERDICT_ORDER.map(
    (verdict) =>
      `<span class="v ${verdict}">${verdictSvg(verdict)}${sayNumber(consumers[verdict])} ${VERDICT_WORDS[verdict]}</span>`,
  ).join(" &nbsp; ");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${esc(headline.lead)} · Faultline</title><style>${PAPER_STYLE}</style></head><body><main>
<h1>${esc(headline.lead)}${headline.stress === undefined ? "" : ` ${esc(headline.stress)}`}</h1>
<ol>${assessment.changes.map((change) => `<li><code>${esc(nameChangeTarget(change))}</code> ${esc(describeChange(change))}</li>`).join("")}</ol>
<p>${counts}</p><p class="q">${countOf(reached, { one: "asset", many: "assets" })} reached, ${sayNumber(between.total)} of them in between${assessment.hidden > 0 ? `, ${sayNumber(assessment.hidden)} hidden` : ""}.${assessment.complete ? "" : ` <b>Not complete: unknown is not safe.</b> ${esc(sayUnread(assessment) ?? "")}`}</p>
${assessmentParts(assessment)}
${part(
  "To tell",
  listIf(
    assessment.notify.map(
      ({ owner, assets }) => `<li><b>${esc(owner)}</b>: ${esc(assets.join(", "))}</li>`,
    ),
    "ul",
  ),
)}
<p class="q">Graph ${esc(assessment.graphVersion)}, points by ${esc(assessment.policy)}.</p>
</main></body></html>
`;
}
