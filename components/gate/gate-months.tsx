import type { GateMonth } from "#lib/review/gate-page.ts";
import { sayMonth, sayWait } from "#lib/view/gate-words.ts";
import { ShareBar } from "../ui/share-bar.tsx";

/** What the gate did, month by month, the newest first. */
export function GateMonths({ months }: { readonly months: readonly GateMonth[] }) {
  return (
    <section
      aria-label="Months, scrolls"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
      tabIndex={0}
      className="relative overflow-x-auto"
    >
      <table className="w-full min-w-[40rem] border-collapse">
        <thead>
          <tr className="border-line2 border-b text-left text-ink2 text-small [&>th]:px-4 [&>th]:py-2 [&>th]:font-medium [&>th]:whitespace-nowrap">
            <th scope="col">Month</th>
            <th scope="col" className="text-right">
              Changes
            </th>
            <th scope="col" className="text-right">
              Stopped
            </th>
            <th scope="col" className="text-right">
              Would have been
            </th>
            <th scope="col">Of all changes</th>
            <th scope="col" className="text-right">
              Judged wrong
            </th>
            <th scope="col" className="text-right">
              Time a run
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line [&_td]:px-4 [&_td]:py-2 [&_td]:whitespace-nowrap [&_td]:tabular-nums">
          {months.map(({ month, summary }) => (
            <tr key={month}>
              <th scope="row" className="px-4 py-2 text-left font-medium whitespace-nowrap">
                {sayMonth(month)}
              </th>
              <td className="text-right">{summary.changes}</td>
              <td className="text-right">{summary.stopped}</td>
              <td className="text-right">{summary.wouldHaveStopped}</td>
              <td>
                <ShareBar
                  share={
                    summary.changes === 0
                      ? undefined
                      : (summary.stopped + summary.wouldHaveStopped) / summary.changes
                  }
                  label="stopped, or would have been"
                />
              </td>
              <td className="text-right">
                {summary.findings === 0 ? "–" : `${summary.wrong} of ${summary.findings}`}
              </td>
              <td className="text-right">
                {summary.seconds === undefined ? "–" : sayWait(summary.seconds.median)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
