import type { SourceRow } from "#lib/view/page-answers.ts";
import { problemsOf } from "#lib/view/problems-of.ts";
import { sayTime } from "#lib/view/stamp-words.ts";
import { columnShare } from "../page/coverage-words.ts";
import { PageLink } from "../ui/page-link.tsx";
import { PanelEmpty } from "../ui/panel.tsx";
import { ShareBar } from "../ui/share-bar.tsx";

const matters = (row: SourceRow): number => problemsOf(row).length;

/** So many fit beside the rest of the page. */
const SHOWN = 8;

/** What needs somebody comes first: problems, then what is least known. */
function mostUrgent(sources: readonly SourceRow[]): readonly SourceRow[] {
  const known = (row: SourceRow) => columnShare(row.coverage) ?? 1;
  return [...sources].sort((a, b) => matters(b) - matters(a) || known(a) - known(b));
}

/** Each source in a line: how much of it is known to the column, when it last spoke, and its problems. */
export function SourceSummary({ sources }: { readonly sources: readonly SourceRow[] }) {
  if (sources.length === 0) return <PanelEmpty>No source has been read yet.</PanelEmpty>;
  const shown = mostUrgent(sources).slice(0, SHOWN);
  return (
    <>
      <table className="w-full text-left">
        <thead>
          <tr className="border-line2 border-b text-ink2 [&>th]:px-2 [&>th]:py-1.5 [&>th]:font-medium [&>th:first-child]:pl-4 [&>th:last-child]:pr-4">
            <th scope="col">Source</th>
            <th scope="col">To the column</th>
            <th scope="col" className="slim:hidden">
              Last read
            </th>
            <th scope="col" className="text-right">
              Problems
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {shown.map((row) => (
            <tr
              key={row.id}
              className="[&>td]:px-2 [&>td]:py-1.5 [&>td:first-child]:pl-4 [&>td:last-child]:pr-4"
            >
              <td className="[overflow-wrap:anywhere]">{row.label}</td>
              <td>
                <ShareBar
                  share={columnShare(row.coverage)}
                  label="of its reads are known to the column"
                />
              </td>
              <td className="whitespace-nowrap text-ink2 slim:hidden">{sayTime(row.lastSeen)}</td>
              <td
                className={`text-right tabular-nums ${matters(row) > 0 ? "font-semibold" : "text-ink3"}`}
              >
                {matters(row)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {sources.length > shown.length ? (
        <p className="border-line border-t px-4 py-2">
          <PageLink href="/sources" className="text-accent hover:underline">
            {sources.length - shown.length} more
          </PageLink>
        </p>
      ) : null}
    </>
  );
}
