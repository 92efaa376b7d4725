import type { ReactNode } from "react";

export interface FirstFewProps<Item> {
  readonly items: readonly Item[];
  /** So many are shown at once. */
  readonly shown: number;
  /** What the others are called, by their number. */
  readonly rest: (count: number) => ReactNode;
  /** Among the lines of a text, not over the whole width of a panel. */
  readonly inText?: boolean;
  readonly children: (items: readonly Item[]) => ReactNode;
}

/** The beginning of a list; the others are one step away, and one alone takes no more room than the line that would hide it. */
export function FirstFew<Item>({
  items,
  shown,
  rest,
  inText = false,
  children,
}: FirstFewProps<Item>) {
  const first = items.length <= shown + 1 ? items : items.slice(0, shown);
  const others = items.slice(first.length);
  return (
    <>
      {children(first)}
      {others.length === 0 ? null : (
        <details className={inText ? "mt-1.5" : "border-line border-t"}>
          <summary
            className={`w-fit cursor-pointer text-accent text-small hover:underline ${inText ? "" : "px-4 py-2"}`}
          >
            {rest(others.length)}
          </summary>
          {children(others)}
        </details>
      )}
    </>
  );
}
