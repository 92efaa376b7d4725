import type { SourceRow } from "#lib/view/page-answers.ts";
import { sayTime } from "#lib/view/stamp-words.ts";
import { columnShare } from "../page/coverage-words.ts";
import { PanelEmpty } from "../ui/panel.tsx";
import { ShareBar } from "../ui/share-bar.tsx";

const matters = (row: SourceRow): number =>
  row.problems.filter((problem) => problem.severity !== "info").length;

/** Each source in a line: how much of it is known to the column, when it last spoke, and its problems. */
export function SourceSummary({ sources }: { readonly sources: readonly SourceRow[] }) {
  if (sources.length === 0) return <PanelEmpty>No source has been read yet.</PanelEmpty>;
  return (
    <table className="w-full text-left">
      <thead>
        <tr className="border-line2 border-b text-ink2 [&>th]:px-4 [&>th]:py-1.5 [&>th]:font-medium">
          <th scope="col">Source</th>
          <th scope="col">Known to the column</th>
          <th scope="col">Last read</th>
          <th scope="col" className="text-right">
            Problems
          </th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {sources.map((row) => (
          <tr key={row.id} className="[&>td]:px-4 [&>td]:py-1.5">
            <td className="break-words">{row.label}</td>
            <td>
              <ShareBar
                share={columnShare(row.coverage)}
                label="of its reads are known to the column"
              />
            </td>
            <td className="whitespace-nowrap text-ink2">{sayTime(row.lastSeen)}</td>
            <td
              className={`text-right tabular-nums ${matters(row) > 0 ? "font-semibold" : "text-ink3"}`}
            >
              {matters(row)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
