import type { Assessment, AssetVerdict } from "#lib/impact/assessment.ts";
import { writeCsvRow } from "#lib/kit/csv-row.ts";
import { assignRoles } from "./counts.ts";

const HEAD = [
  "rank",
  "asset",
  "namespace",
  "kind",
  "role",
  "domain",
  "owner",
  "tier",
  "verdict",
  "certainty",
  "points",
  "severity",
  "run",
  "columns",
  "hops",
  "because",
  "tierGuessed",
] as const;

const because = (verdict: AssetVerdict): string =>
  verdict.because.map((step) => `${step.node} ${step.effect}`).join(" > ") ||
  (verdict.absorbedBy ?? []).map((stop) => `${stop.node} ${stop.use}`).join(" > ");

/** One line for each asset with a verdict, in the assessment's order; `verdict` and `because` in the words of the interfaces. */
export function renderCsv(assessment: Assessment): string {
  const roles = assignRoles(assessment);
  const lines = assessment.verdicts.map((verdict, at) => {
    const { asset } = verdict;
    return writeCsvRow([
      at + 1,
      asset.name,
      asset.namespace,
      asset.kind,
      roles.get(asset.id),
      asset.domain,
      asset.owner,
      asset.tier,
      verdict.verdict,
      verdict.certainty,
      verdict.points,
      verdict.severity,
      verdict.run,
      verdict.columns.map((column) => column.column).join(" "),
      verdict.hops,
      because(verdict),
      asset.tier === undefined ? undefined : String(asset.tierGuessed === true),
    ]);
  });
  return `${[HEAD.join(","), ...lines].join("\r\n")}\r\n`;
}
