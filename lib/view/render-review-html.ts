import type { Ask } from "#lib/review/review.ts";
import type { ReviewContent } from "#lib/review/review-action.ts";
import { listedChanges } from "#lib/review/reviewed-change.ts";
import type { ShownReview } from "#lib/review/shown-review.ts";
import type { BlastAnswer } from "./blast-answer.ts";
import { type BurnDownScale, scaleBurnDown } from "./burn-down-scale.ts";
import { describeChange, nameChangeTarget } from "./change-kinds.ts";
import { countReviewed } from "./count-reviewed.ts";
import { escapeHtml as esc } from "./escape-html.ts";
import { assessmentParts, PAPER_STYLE, verdictSvg } from "./render-html.ts";
import { renderSvg } from "./render-svg.ts";
import {
  askWhether,
  explainSignOff,
  REVIEW_STATE_MEANS,
  sayDay,
  sayReviewEntry,
  saySignOff,
  sayWhatItIs,
  sayWhatItWas,
  worstOf,
} from "./review-words.ts";
import { saySentence } from "./say-sentence.ts";
import { sayTime } from "./stamp-words.ts";
import { VERDICT_WORDS } from "./verdict-words.ts";
import { EMPTY_VIEW } from "./view-state.ts";

const STYLE = `${PAPER_STYLE}
.so{min-width:12rem}.b{border:1px solid var(--line);border-radius:.6rem;padding:.8rem 1rem;margin:1rem 0}.b ul{list-style:none;padding:0;margin:.5rem 0 0}
figure{margin:1rem 0;overflow-x:auto}figure svg{max-width:100%;height:auto}.paper{background:#fff;border:1px solid var(--line);border-radius:.6rem;padding:.5rem}
tr.goes td,tr.changes td{background:color-mix(in srgb,var(--ink) 7%,transparent)}tr.goes code{text-decoration:line-through}tr.comes td{background:color-mix(in srgb,#2a5fcc 14%,transparent)}
pre{overflow-x:auto;border:1px solid var(--line);border-radius:.4rem;padding:.6rem;font-size:.85em}time{color:var(--ink2);font-variant-numeric:tabular-nums}
@page{margin:14mm}@media print{section{break-inside:auto}tr,li{break-inside:avoid}h2{break-after:avoid}.b,figure{break-inside:avoid}}`;

const part = (title: string, body: string): string =>
  body === "" ? "" : `<section><h2>${title}</h2>${body}</section>`;

/**
 * A review as one HTML file as it stands now, with the blast radius on its frozen graph: no script, nothing from
 * elsewhere, so that it opens from a disk without a network and says the same for ever.
 */
export function renderReviewHtml(
  shown: ShownReview,
  /** On the frozen graph; absent: it cannot be read any more. */
  frozen: BlastAnswer | undefined,
): string {
  const { review, events, conditions, today, now } = shown;
  const { content } = review;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${esc(`${review.id} ${review.title}`)} · Faultline</title><style>${STYLE}</style></head><body><main>
<p class="q">${esc(review.id)}, as of ${sayTime(now)}</p>
<h1>${esc(review.title)}</h1>
<p><b>${saySentence(review.state)}.</b> <span class="q">${esc(review.endedFor === undefined ? REVIEW_STATE_MEANS[review.state] : saySentence(review.endedFor))} Proposed ${sayDay(review.proposedAt)} by ${esc(review.proposedBy)}, judged on frozen graph ${esc(content.graphVersion)}.</span></p>
<p>${countsOf(content)}${content.complete ? "" : " <b>Not complete: unknown is not safe.</b>"}</p>
<div class="b"><b>${askWhether(review)}</b><ul>${conditions.map(({ isMet, text }) => `<li>${isMet ? "☑" : "☐"} ${esc(text)}</li>`).join("")}</ul></div>
${part(
  "Changes",
  `<ol>${listedChanges(content.changes)
    .map(
      (change) =>
        `<li><code>${esc(nameChangeTarget(change))}</code> ${esc(describeChange(change))}</li>`,
    )
    .join("")}</ol>`,
)}
${part("Affected owners", review.asks.length === 0 ? "" : ownersOf(shown))}
${part("Who reads the old", burnDownOf(shown))}
${part("Before and after", tablesOf(content))}
${part(`Since it was judged (graph ${esc(today.graphVersion)})`, driftOf(shown))}
${part("Plan", planOf(shown))}
${frozen === undefined ? part("Blast radius", "<p>The frozen graph cannot be read any more.</p>") : `${part("Blast radius", `<figure class="paper">${renderSvg(frozen, EMPTY_VIEW)}</figure>`)}\n${assessmentParts(frozen.assessment)}`}
${part("Log", `<ol>${events.map((event) => `<li><time datetime="${esc(event.at)}">${sayTime(event.at)}</time> <b>${esc(event.actor)}</b> ${esc(sayReviewEntry(event))}</li>`).join("")}</ol>`)}
<p class="q">Content ${esc(content.hash)}, policy ${esc(review.policy.version)}.</p>
</main></body></html>
`;
}

function countsOf({ verdicts }: ReviewContent): string {
  const { counted, counts, between } = countReviewed(verdicts);
  if (counts.length === 0) return "Nobody else is affected.";
  const said = counts.map(
    ({ verdict, count }) =>
      `<span class="v ${verdict}">${verdictSvg(verdict)}${count} ${VERDICT_WORDS[verdict]}</span>`,
  );
  return [`${counted} of others:`, ...said, ...(between === "" ? [] : [between])].join(" &nbsp; ");
}

function ownersOf(shown: ShownReview): string {
  const rows = shown.review.asks.map((ask) => ownerRow(shown, ask)).join("");
  return `<table><thead><tr><th>Owner</th><th class="n">Tier</th><th>Worst verdict</th><th class="n">Assets</th><th class="so">Sign-off</th><th class="n">Still reads</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function ownerRow({ review, today }: ShownReview, ask: Ask): string {
  const worst = worstOf(review, ask.owner);
  const { names, owners } = today.readers;
  const reads = names.filter((name) => owners?.[name] === ask.owner).length;
  const mark =
    worst === undefined
      ? ""
      : `<span class="v ${worst.verdict}">${verdictSvg(worst.verdict)}${VERDICT_WORDS[worst.verdict]}</span>`;
  return `<tr><td><b>${esc(ask.owner ?? "nobody owns these")}</b><br><span class="q">${esc(ask.assets.join(", "))}</span></td><td class="n">${ask.tier ?? ""}</td><td>${mark}</td><td class="n">${ask.assets.length}</td><td>${esc(saySignOff(ask))}<br><span class="q">${ask.since > review.proposedAt ? `asked on ${sayDay(ask.since)}; ` : ""}${esc(explainSignOff(ask))}</span></td><td class="n">${reads}</td></tr>`;
}

const WIDTH = 640;
const HEIGHT = 180;
const SIDE = 32;
const across = (x: number): string => (SIDE + x * (WIDTH - 2 * SIDE)).toFixed(1);
const down = (y: number): string => (HEIGHT - SIDE - y * (HEIGHT - 2 * SIDE)).toFixed(1);

function burnDownOf(shown: ShownReview): string {
  const { readers, window, now, today, review } = shown;
  if (today.readers.notCounted !== undefined)
    return `<p>They cannot be counted: ${esc(today.readers.notCounted)}.</p>`;
  const scale = scaleBurnDown(readers, { now, sunset: window.sunset });
  const left = today.readers.names;
  const off = new Set(review.writtenOff.map(({ reader }) => reader));
  const named = left.map((name) => `${name}${off.has(name) ? " (written off)" : ""}`);
  const said = left.length === 0 ? "Nobody." : `${left.length}: ${esc(named.join(", "))}.`;
  return `<p>${said}</p>${scale === undefined ? "" : drawBurnDown(scale, window.sunset)}`;
}

function drawBurnDown(scale: BurnDownScale, sunset: string | undefined): string {
  const line = (x: number, text: string): string =>
    `<line x1="${across(x)}" x2="${across(x)}" y1="20" y2="${HEIGHT - SIDE}" stroke="currentColor" stroke-dasharray="3 3"/><text x="${across(x)}" y="14" text-anchor="middle">${text}</text>`;
  return `<figure><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" font-size="12" fill="currentColor" role="img" aria-label="Readers over time"><text x="${SIDE - 8}" y="${down(1)}" text-anchor="end">${scale.most}</text><text x="${SIDE - 8}" y="${down(0)}" text-anchor="end">0</text><line x1="${SIDE}" x2="${WIDTH - SIDE}" y1="${down(0)}" y2="${down(0)}" stroke="currentColor" stroke-width=".6"/>${scale.ticks.map(({ x, date }) => `<text x="${across(x)}" y="${HEIGHT - 10}" text-anchor="middle">${sayDay(date)}</text>`).join("")}${scale.sunset === undefined ? "" : line(scale.sunset, `date ${sayDay(sunset ?? "")}`)}${line(scale.now, "today")}<polyline fill="none" stroke="currentColor" stroke-width="2.4" points="${scale.stairs.map(({ x, y }) => `${across(x)},${down(y)}`).join(" ")}"/></svg></figure>`;
}

const SIGNS = { stays: "", goes: "−", comes: "+", changes: "±" } as const;

function tablesOf({ tables = [], found = [] }: ReviewContent): string {
  const drawn = tables.map(({ name, columns, more }) => {
    const rows = columns.map(
      (column) =>
        `<tr class="${column.mark}"><td>${SIGNS[column.mark]}${column.mark === "stays" ? "" : ` ${column.mark}`}</td><td><code>${esc(column.name)}</code></td><td><code>${esc(column.type ?? "")}</code></td><td>${column.nullable === undefined ? "" : column.nullable ? "yes" : "no"}</td><td>${esc(column.description ?? "")}</td></tr>`,
    );
    return `<p><code>${esc(name)}</code></p><table><thead><tr><th>What happens</th><th>Column</th><th>Type</th><th>Nullable</th><th>Meaning</th></tr></thead><tbody>${rows.join("")}</tbody></table>${more === 0 ? "" : `<p class="q">${more} more ${more === 1 ? "column stays" : "columns stay"}.</p>`}`;
  });
  const listed = found.map(
    ({ target, evidence, before, after, file, line }) =>
      `<li><code>${esc(target)}</code> ${esc(evidence)}${file === undefined ? "" : ` <span class="q"><code>${esc(file)}${line === undefined ? "" : `:${line}`}</code></span>`}${before === null ? "" : `<br><del><code>${esc(before)}</code></del>`}${after === null ? "" : `<br><code>${esc(after)}</code>`}</li>`,
  );
  return `${drawn.join("")}${listed.length === 0 ? "" : `<ul>${listed.join("")}</ul>`}`;
}

function driftOf({ today, review }: ShownReview): string {
  const lines = [
    ...today.vanished.map((text) => `Cannot be judged any more: ${text}`),
    ...today.appeared.map(
      ({ name, verdict, staleSince }) =>
        `${name}: not affected then, ${VERDICT_WORDS[verdict]} now${staleSince === undefined ? "" : `; no source tells of it since ${sayDay(staleSince)}`}`,
    ),
    ...today.altered.map(
      (both) => `${both.now.name} ${sayWhatItWas(both)}, is now ${sayWhatItIs(both)}`,
    ),
    ...today.gone.map(({ name }) => `${name} is not affected any more`),
  ];
  if (today.graphVersion === review.content.graphVersion) return "";
  return lines.length === 0
    ? "<p>It does the same.</p>"
    : `<ul>${lines.map((line) => `<li>${esc(line)}</li>`).join("")}</ul>`;
}

const TASK_WORDS = {
  reads: "still reads it",
  moved: "has moved",
  written_off: "written off",
  unsaid: "no source tells of it any more",
  gone: "gone from every source",
};

function planOf({ plan }: ShownReview): string {
  const tasks = plan.tasks.map(
    ({ owner, assets }) =>
      `<li><b>${esc(owner ?? "nobody owns these")}</b>: ${assets.map(({ name, state }) => `<code>${esc(name)}</code> ${TASK_WORDS[state]}`).join(", ")}</li>`,
  );
  const sql = plan.sql.map(
    (one) =>
      `<p><code>${esc(one.target)}</code> (${esc(one.dialect)})</p><pre>${esc([one.expand, ...(one.compare === undefined ? [] : [one.compare]), one.contract].join("\n"))}</pre>`,
  );
  return `${tasks.length === 0 ? "" : `<ul>${tasks.join("")}</ul>`}${sql.join("")}`;
}
