import type { AssetId } from "#lib/model/asset-id.ts";
import { assetHref } from "#lib/view/asset-href.ts";
import type { AsOfStamp } from "#lib/view/blast-answer.ts";
import type { HistoryEntry } from "#lib/view/page-answers.ts";
import { sayTime } from "#lib/view/stamp-words.ts";
import { blastHref } from "#lib/view/view-url.ts";
import { PageLink } from "../ui/page-link.tsx";
import { PanelEmpty } from "../ui/panel.tsx";

/** What changed, newest first; a change that can be judged opens its blast radius. */
export function HistoryList({
  entries,
  empty,
  asOf,
  seenFrom,
}: {
  readonly entries: readonly HistoryEntry[];
  /** What it means that there are none. */
  readonly empty: string;
  readonly asOf: AsOfStamp;
  /** Whose page this is: the blast radius opens with what the change does to it. */
  readonly seenFrom?: AssetId;
}) {
  if (entries.length === 0) {
    const isKnown = asOf.staleBecause === undefined;
    return (
      <PanelEmpty>
        {isKnown ? empty : "Not known while the store does not answer: what changed is kept there."}
      </PanelEmpty>
    );
  }
  return (
    <ul className="list-none divide-y divide-line">
      {entries.map((entry) => (
        <li
          key={`${entry.version} ${entry.asset} ${entry.column ?? ""} ${entry.what}`}
          className="flex items-baseline gap-3 px-4 py-2"
        >
          <span className="min-w-0 flex-1">
            <PageLink
              href={assetHref(entry.asset)}
              className="break-words font-mono text-small hover:underline"
            >
              {entry.column === undefined ? entry.shortName : `${entry.shortName}.${entry.column}`}
            </PageLink>{" "}
            <span className="text-ink2">{entry.what}</span>
            <span className="block text-ink3 text-small">
              {[entry.domain, sayTime(entry.at)].filter((part) => part !== undefined).join(" · ")}
            </span>
          </span>
          {entry.change === undefined ? null : (
            <PageLink
              href={blastHref([entry.change], seenFrom)}
              className="flex-none text-accent text-small hover:underline"
            >
              {seenFrom === undefined ? "Who breaks?" : "What it does here"}
            </PageLink>
          )}
        </li>
      ))}
    </ul>
  );
}
