import { assetNameOf } from "#lib/model/asset-id.ts";
import type { HomePage } from "#lib/view/page-answers.ts";
import { countOf, sayNumber } from "#lib/view/verdict-words.ts";
import { blastHref } from "#lib/view/view-url.ts";
import { PageLink } from "../ui/page-link.tsx";
import { PanelEmpty } from "../ui/panel.tsx";

/** Two tables of one short name are told apart by their full names, without the system's own. */
const nameOf = ({ asset }: HomePage["riskiest"][number]): string =>
  assetNameOf(asset).name.split(".").slice(-2).join(".");

/** The columns whose loss would hurt most. */
export function RiskiestColumns({
  columns,
  isOpen,
}: {
  readonly columns: HomePage["riskiest"];
  /** They are still being found. */
  readonly isOpen: boolean;
}) {
  if (isOpen)
    return (
      <PanelEmpty>
        This graph is large: they are being found beside other work. Open this page again in a
        minute.
      </PanelEmpty>
    );
  if (columns.length === 0) return <PanelEmpty>No consumer reads a known column yet.</PanelEmpty>;
  return (
    <ol className="list-none divide-y divide-line">
      {columns.map((entry) => (
        <li key={`${entry.asset}#${entry.column}`}>
          <PageLink
            href={blastHref([
              { kind: "drop_column", asset: assetNameOf(entry.asset), column: entry.column },
            ])}
            className="flex items-baseline gap-3 px-4 py-2 hover:bg-canvas"
          >
            <span className="min-w-0 flex-1 break-words font-mono text-small">
              {nameOf(entry)}.{entry.column}
            </span>
            <span className="flex-none text-ink3 text-small">
              {countOf(entry.consumers, { one: "consumer", many: "consumers" })}
            </span>
            <span
              className="w-12 flex-none text-right font-semibold tabular-nums"
              title="Points of all that would break, summed"
            >
              {sayNumber(Math.round(entry.points))}
            </span>
          </PageLink>
        </li>
      ))}
    </ol>
  );
}
