import { isConsumerKind } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import { assetHref } from "#lib/view/asset-href.ts";
import { changesOf, type OwnershipEdit, type OwnershipSort } from "#lib/view/ownership-rows.ts";
import type { OwnershipRow } from "#lib/view/page-answers.ts";
import { KIND_WORDS, sayNumber } from "#lib/view/verdict-words.ts";
import { PageLink } from "../ui/page-link.tsx";
import { KindMark } from "../verdict/kind-mark.tsx";

/** Rows beyond this are counted, and reached by filtering: a page of thousands of boxes helps nobody. */
const SHOWN = 300;

interface TableProps {
  readonly rows: readonly OwnershipRow[];
  readonly chosen: ReadonlySet<AssetId>;
  readonly edit: OwnershipEdit;
  readonly sort: OwnershipSort;
  readonly onSort: (sort: OwnershipSort) => void;
  readonly onChoose: (id: AssetId) => void;
  readonly onChooseAll: () => void;
}

/** The listed assets; what would be said of the chosen ones stands beside what is said now. */
export function OwnershipTable(props: TableProps) {
  const { rows, chosen, edit, sort, onSort, onChoose, onChooseAll } = props;
  const allChosen = rows.every((row) => chosen.has(row.id));
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keys */}
      <section aria-label="Assets, scrolls" tabIndex={0} className="relative overflow-x-auto">
        <table className="w-full min-w-[46rem] text-left">
          <thead>
            <tr className="border-line2 border-b text-ink2 [&>th]:px-3 [&>th]:py-1.5 [&>th]:font-medium [&>th:first-child]:pl-4 [&>th:last-child]:pr-4">
              <th scope="col" className="w-8">
                <input
                  type="checkbox"
                  aria-label="Choose all that are listed"
                  checked={allChosen}
                  onChange={onChooseAll}
                  className="block accent-accent"
                />
              </th>
              <SortedHeading text="Asset" by="name" sort={sort} onSort={onSort} />
              <th scope="col">Domain</th>
              <th scope="col">Owner</th>
              <th scope="col">Tier</th>
              <SortedHeading text="Consumers" by="consumers" sort={sort} onSort={onSort} />
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {rows.slice(0, SHOWN).map((row) => (
              <Line
                key={row.id}
                row={row}
                isChosen={chosen.has(row.id)}
                edit={edit}
                onChoose={onChoose}
              />
            ))}
          </tbody>
        </table>
      </section>
      {rows.length > SHOWN ? (
        <p className="border-line border-t px-4 py-2 text-ink2">
          {sayNumber(rows.length - SHOWN)} more are not listed; the box in the heading chooses them
          too. Filter to see them.
        </p>
      ) : null}
    </>
  );
}

function SortedHeading({
  text,
  by,
  sort,
  onSort,
}: Pick<TableProps, "sort" | "onSort"> & { readonly text: string; readonly by: OwnershipSort }) {
  const isSorted = sort === by;
  const isNumber = by === "consumers";
  return (
    <th
      scope="col"
      aria-sort={isSorted ? (isNumber ? "descending" : "ascending") : "none"}
      className={isNumber ? "text-right" : ""}
    >
      <button
        type="button"
        onClick={() => onSort(by)}
        className="font-medium hover:text-ink hover:underline"
        title={`Sort by ${text.toLowerCase()}`}
      >
        {text}
        <span aria-hidden="true" className={`ml-1 ${isSorted ? "" : "invisible"}`}>
          {isNumber ? "↓" : "↑"}
        </span>
      </button>
    </th>
  );
}

interface LineProps {
  readonly row: OwnershipRow;
  readonly isChosen: boolean;
  readonly edit: OwnershipEdit;
  readonly onChoose: (id: AssetId) => void;
}

function Line({ row, isChosen, edit, onChoose }: LineProps) {
  const next = isChosen ? changesOf(row, edit) : {};
  return (
    <tr
      className={`[&>td]:px-3 [&>td]:py-1.5 [&>td:first-child]:pl-4 [&>td:last-child]:pr-4 ${isChosen ? "bg-accent-bg" : ""}`}
    >
      <td>
        <input
          type="checkbox"
          aria-label={`Choose ${row.name}`}
          checked={isChosen}
          onChange={() => onChoose(row.id)}
          className="block accent-accent"
        />
      </td>
      <td>
        <span className="flex items-center gap-2">
          <KindMark kind={row.kind} />
          <PageLink
            href={assetHref(row.id)}
            className="min-w-0 [overflow-wrap:anywhere] hover:underline"
            title={`${KIND_WORDS[row.kind].one}, ${row.namespace}`}
          >
            {row.name}
          </PageLink>
        </span>
      </td>
      <td>
        <Value now={row.domain} none="not said" next={next.domain} />
      </td>
      <td>
        <Value now={row.owner} none="nobody" next={next.owner} />
      </td>
      <td className="whitespace-nowrap tabular-nums">
        <Value now={row.tier?.toString()} none="none" next={next.tier?.toString()}>
          {row.tierGuessed ? (
            <span
              className="ml-1.5 rounded-tag border border-ink3 border-dashed px-1 text-ink2 text-tiny"
              title="Nobody says its tier. It is guessed from its kind, its use and its consumers, until somebody does."
            >
              guessed
            </span>
          ) : null}
        </Value>
      </td>
      <td className="text-right tabular-nums">
        {isConsumerKind(row.kind) && row.consumers === 0 ? (
          <span className="text-ink3" title="It is a consumer itself">
            –
          </span>
        ) : (
          sayNumber(row.consumers)
        )}
      </td>
    </tr>
  );
}

/** What is said now, and, struck through, what it would be no longer. */
function Value({
  now,
  none,
  next,
  children,
}: {
  readonly now: string | undefined;
  readonly none: string;
  readonly next: string | undefined;
  readonly children?: React.ReactNode;
}) {
  if (next !== undefined)
    return (
      <>
        <del className="mr-1.5 text-ink2">{now ?? none}</del>
        <ins className="font-semibold no-underline">{next}</ins>
      </>
    );
  return (
    <>
      {now ?? <span className="text-ink3">{none}</span>}
      {children}
    </>
  );
}
