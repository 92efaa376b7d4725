import { Fragment } from "react";
import { splitPath } from "#lib/kit/split-path.ts";
import { EndKept } from "./end-kept.tsx";

/** So many letters of a table's or a column's end stay. */
const TAIL = 7;

/** Shorter ones are not cut. */
const SHORT = 2 * TAIL;

/**
 * `warehouse.sales.orders.amount` on one line: where there is no room, database and schema go first, and table and column keep
 * both their ends. Each part is written in its own direction, the path from left to right.
 */
export function PathName({
  asset,
  column,
}: {
  readonly asset: string;
  readonly column: string | undefined;
}) {
  const { within, name, separator } = splitPath(asset);
  return (
    <span dir="ltr" className="flex min-w-0 whitespace-nowrap">
      <span className="sr-only">{column === undefined ? asset : `${asset}.${column}`}</span>
      {within.length === 0 ? null : (
        <span aria-hidden="true" className="min-w-[2ch] shrink-[9999] truncate">
          {within.map((part, at) => (
            <Fragment key={`${at} ${part}`}>
              <bdi>{part}</bdi>
              {separator}
            </Fragment>
          ))}
        </span>
      )}
      <Part text={name} />
      {column === undefined ? null : (
        <>
          <span aria-hidden="true">.</span>
          <Part text={column} />
        </>
      )}
    </span>
  );
}

const Part = ({ text }: { readonly text: string }) => (
  <bdi
    aria-hidden="true"
    className={[...text].length > SHORT ? "block min-w-[14ch]" : "block flex-none"}
  >
    <EndKept text={text} tail={TAIL} />
  </bdi>
);
