import type { SourceRow } from "#lib/view/page-answers.ts";
import { problemsOf } from "#lib/view/problems-of.ts";
import { sayTime } from "#lib/view/stamp-words.ts";
import { sayNumber } from "#lib/view/verdict-words.ts";
import { columnShare } from "../page/coverage-words.ts";
import { ShareBar } from "../ui/share-bar.tsx";
import { ProblemList } from "./problem-list.tsx";

const COLUMNS = "grid w-full items-baseline gap-3";
const WITH_DOMAIN = `${COLUMNS} min-w-[52rem] grid-cols-[minmax(0,2fr)_7rem_4rem_9rem_11rem_5rem]`;
const WITHOUT_DOMAIN = `${COLUMNS} min-w-[44rem] grid-cols-[minmax(0,2fr)_4rem_9rem_11rem_5rem]`;

const gridOf = (hasDomains: boolean): string => (hasDomains ? WITH_DOMAIN : WITHOUT_DOMAIN);

/** What the parts of a row are. */
export function SourceHeadings({ hasDomains }: { readonly hasDomains: boolean }) {
  return (
    <div className="px-4 py-1.5 font-medium text-ink2" aria-hidden="true">
      <span className={gridOf(hasDomains)}>
        <span>Source</span>
        {hasDomains ? <span>Domain</span> : null}
        <span className="text-right">Assets</span>
        <span>Known to the column</span>
        <span>Last read</span>
        <span className="text-right">Problems</span>
      </span>
    </div>
  );
}

/** One source in a row; its problems unfold below it. */
export function SourceBlock({
  row,
  hasDomains,
}: {
  readonly row: SourceRow;
  readonly hasDomains: boolean;
}) {
  const problems = problemsOf(row).length;
  const skipped = row.problems.length - problems;
  const line = (
    <span className={gridOf(hasDomains)}>
      <span className="min-w-0 break-words font-medium">{row.label}</span>
      {hasDomains ? <span className="text-ink2">{row.domain ?? "several"}</span> : null}
      <span className="text-right text-ink2 tabular-nums">
        {sayNumber(row.assets)}
        <span className="sr-only"> assets</span>
      </span>
      <ShareBar share={columnShare(row.coverage)} label="of its reads are known to the column" />
      <span className="text-ink2">{sayTime(row.lastSeen)}</span>
      <span className="text-right tabular-nums">
        <span className={problems > 0 ? "font-semibold" : "text-ink3"}>
          {sayNumber(problems)}
          <span className="sr-only"> problems</span>
        </span>
        {skipped === 0 ? null : (
          <span className="block text-ink2 text-small">{sayNumber(skipped)} skipped</span>
        )}
      </span>
    </span>
  );
  if (row.problems.length === 0) return <div className="px-4 py-2">{line}</div>;
  return (
    <details>
      {/* The mark hangs in the margin: all names begin below the panel's title. */}
      <summary className="relative block cursor-pointer px-4 py-2 hover:bg-canvas before:absolute before:left-1 before:text-ink3 before:content-['▸'] [details[open]>&]:before:content-['▾']">
        {line}
      </summary>
      <div className="border-line border-t bg-canvas">
        <ProblemList problems={row.problems} />
      </div>
    </details>
  );
}
