import type { BecauseStep } from "#lib/impact/assessment.ts";
import { type Cell, isRight } from "./compare.ts";
import { groupCells } from "./tally.ts";

/** Every asset whose verdict was not what happened, as Markdown: grouped, with the reason that the answer gave. */
export function writeDisagreements(name: string, cells: readonly Cell[]): string {
  const wrong = cells.filter((cell) => !isRight(cell) && (cell.observable || cell.affected.is));
  const groups = [
    ...groupCells(wrong, (cell) => `${cell.kind}: ${cell.outcome}, said ${cell.verdict}`),
  ].sort(([, a], [, b]) => b.length - a.length);
  return [
    `# ${name}: ${wrong.length} of ${cells.length} verdicts are not what happened`,
    "",
    ...groups.flatMap(([title, some]) => [
      `## ${title} (${some.length})`,
      "",
      ...some.flatMap(entry),
    ]),
  ].join("\n");
}

function entry(cell: Cell): readonly string[] {
  const { label, asset, assetKind, outcome, detail, verdict, certainty, answer } = cell;
  const because = (answer?.because ?? []).map(step);
  const stops = (answer?.absorbedBy ?? []).map(
    ({ node, use, why }) => `   - stops at ${node} over ${use}: ${why}`,
  );
  const queries = (answer?.queries ?? []).map((query) =>
    `   - query ${query.name}: ${query.verdict} ${query.certainty ?? ""}`.trimEnd(),
  );
  return [
    `- **${label}** → ${asset} (${assetKind}): ${outcome}${detail === undefined ? "" : ` (${detail})`}; said ${verdict}${certainty === null ? "" : `, ${certainty}`}${answer === undefined ? ", not reached" : ""}`,
    ...because,
    ...(verdict === "unaffected" ? stops : []),
    ...queries,
  ];
}

const step = ({
  node,
  inside,
  effect,
  certainty,
  use,
  rule,
  text,
  expression,
}: BecauseStep): string =>
  `   - ${node}${inside === undefined ? "" : ` [${inside}]`} ${effect} ${certainty}${use === undefined ? "" : ` over ${use}`} ${rule}: ${text}${expression === undefined ? "" : ` \`${expression}\``}`;
