import type { ReviewContent, TableDifference } from "#lib/review/review-action.ts";
import { describeChange, nameChangeTarget } from "#lib/view/change-kinds.ts";
import { orderByHarm } from "#lib/view/order-by-harm.ts";
import { changesOf } from "#lib/view/review-words.ts";

type Change = ReviewContent["changes"][number];

/** All that changes, what breaks most first: what a room agrees to. */
export function MeetingChanges({ content }: { readonly content: ReviewContent }) {
  const { changes, verdicts, tables = [] } = content;
  const listed = new Set(changesOf(content));
  return (
    <section aria-label="What changes" className="mt-5">
      <h2 className="font-semibold text-title">What changes</h2>
      <ul className="mt-2 list-none divide-y divide-line border-line border-y">
        {orderByHarm(changes, verdicts)
          .filter((change) => listed.has(change))
          .map((change) => {
            const number = changes.indexOf(change);
            const { before, after } = sidesOf(change, { tables, number });
            return (
              <li
                key={number}
                className="flex flex-wrap items-baseline gap-x-4 gap-y-1 py-2 wrap-anywhere"
              >
                <code className="font-mono font-semibold">{nameChangeTarget(change)}</code>
                <span className="text-ink2">{describeChange(change)}</span>
                {before === undefined && after === undefined ? null : (
                  <span className="flex flex-wrap gap-x-2 font-mono text-small">
                    {before === undefined ? null : (
                      <span>
                        <span className="sr-only">before: </span>
                        <del>{before}</del>
                      </span>
                    )}
                    {after === undefined ? null : (
                      <span>
                        <span aria-hidden="true">→ </span>
                        <span className="sr-only">after: </span>
                        <ins className="no-underline">{after}</ins>
                      </span>
                    )}
                  </span>
                )}
              </li>
            );
          })}
      </ul>
    </section>
  );
}

interface Sides {
  readonly before?: string;
  readonly after?: string;
}

/** `kwh NUMERIC(12,3)` of the tables as they stood when it was judged, and what is to be there. */
function sidesOf(
  { kind, column, to, toType, fromType, type }: Change,
  { tables, number }: { readonly tables: readonly TableDifference[]; readonly number: number },
): Sides {
  if (typeof column !== "string") return to === undefined ? {} : { after: to };
  const listed = tables
    .flatMap(({ columns }) => columns)
    .find((one) => one.change === number && one.mark !== "comes");
  const spelled = fromType ?? listed?.type;
  if (kind.startsWith("add_")) return { after: typed(column, type) };
  const before = typed(column, spelled);
  if (kind === "drop_column") return { before };
  if (kind === "rename_column" && to !== undefined) return { before, after: typed(to, spelled) };
  return toType === undefined ? {} : { before, after: typed(column, toType) };
}

const typed = (name: string, type: string | undefined): string =>
  type === undefined || type === "" ? name : `${name} ${type}`;
