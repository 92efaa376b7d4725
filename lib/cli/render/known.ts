import { isConsumerKind } from "#lib/model/asset.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { GraphView } from "#lib/usecases/graph-view.ts";
import { isWithoutLineage } from "#lib/usecases/measure-coverage.ts";
import { riskiestColumns } from "#lib/usecases/show-home.ts";
import { whatNext } from "#lib/usecases/what-next.ts";

const SHOWN_NAMES = 5;

/** What is known after a first ingest, where it ends, and the three things to connect next. */
export function renderKnown(view: GraphView, problems: readonly Problem[]): string {
  const { coverage, columnShare, next } = whatNext(view.graph, problems);
  const blind = [...view.graph.assets.values()]
    .filter(isWithoutLineage)
    .map(({ shortName }) => shortName);
  const lines = [
    `${coverage.assets} assets in ${coverage.domains} domains, ${coverage.columns} columns, ${coverage.consumers} consumers.`,
    `${Math.floor(columnShare * 100)}% of ${coverage.columnReads + coverage.tableReads} reads are known to the column.`,
    ...(coverage.unresolved === 0
      ? []
      : [`${coverage.unresolved} names are read and owned by nobody that was read.`]),
    blindLine(view, blind),
  ];
  const risks = riskiestColumns(view);
  if (risks.length > 0) {
    lines.push("", "Riskiest columns (consumers that a removal can reach):");
    for (const { shortName, column, consumers } of risks)
      lines.push(`  ${String(consumers).padStart(4)}  ${shortName}.${column}`);
  }
  if (next.length > 0) {
    lines.push("", "Connect next:");
    for (const { what, removes, examples } of next) {
      lines.push(
        `  ${what}: removes ${removes} unknowns${examples.length > 0 ? ` (${examples.join(", ")})` : ""}`,
      );
    }
  }
  const [risk] = risks;
  lines.push(
    "",
    risk ? `Try: faultline impact ${risk.shortName}.${risk.column}` : "Try: faultline serve",
  );
  return `${lines.join("\n")}\n`;
}

function blindLine(view: GraphView, blind: readonly string[]): string {
  const consumers = [...view.graph.assets.values()].filter(({ kind }) =>
    isConsumerKind(kind),
  ).length;
  if (consumers === 0) return "No dashboards, ML jobs or reports are known yet.";
  if (blind.length === 0) return "Every consumer has lineage.";
  const shown = blind.slice(0, SHOWN_NAMES).join(", ");
  return `${blind.length} consumers without lineage: ${shown}${blind.length > SHOWN_NAMES ? " …" : ""}.`;
}
