import type { SourceRow } from "#lib/view/page-answers.ts";
import { sayTime } from "#lib/view/stamp-words.ts";
import { countOf } from "#lib/view/verdict-words.ts";
import { columnShare } from "../page/coverage-words.ts";
import { ShareBar } from "../ui/share-bar.tsx";
import { ProblemList } from "./problem-list.tsx";

const COLUMNS =
  "grid w-full min-w-[56rem] grid-cols-[minmax(0,2fr)_7rem_7rem_9rem_11rem_7rem] items-baseline gap-3";

/** What the parts of a row are. */
export function SourceHeadings() {
  return (
    <div className="px-4 py-1.5 pl-9 font-medium text-ink2" aria-hidden="true">
      <span className={COLUMNS}>
        <span>Source</span>
        <span>Domain</span>
        <span>Assets</span>
        <span>Known to the column</span>
        <span>Last read</span>
        <span className="text-right">Problems</span>
      </span>
    </div>
  );
}

/** One source in a row; its problems unfold below it. */
export function SourceBlock({ row }: { readonly row: SourceRow }) {
  const line = (
    <span className={COLUMNS}>
      <span className="min-w-0 break-words font-medium">{row.label}</span>
      <span className="text-ink2">{row.domain ?? ""}</span>
      <span className="text-ink2">{countOf(row.assets, { one: "asset", many: "assets" })}</span>
      <ShareBar share={columnShare(row.coverage)} label="of its reads are known to the column" />
      <span className="text-ink2">{sayTime(row.lastSeen)}</span>
      <span className="text-right">
        {countOf(row.problems.length, { one: "problem", many: "problems" })}
      </span>
    </span>
  );
  if (row.problems.length === 0) return <div className="px-4 py-2 pl-9">{line}</div>;
  return (
    <details>
      <summary className="flex cursor-pointer items-baseline gap-2 px-4 py-2 marker:content-none hover:bg-canvas before:w-3 before:flex-none before:text-ink3 before:content-['▸'] [details[open]>&]:before:content-['▾']">
        {line}
      </summary>
      <div className="border-line border-t bg-canvas pl-6">
        <ProblemList problems={row.problems} />
      </div>
    </details>
  );
}
