import type { Level } from "./view-state.ts";

/** Sizes of what is drawn, in pixels at zoom 1: layout, cards and ports must agree to the pixel. */
export const CARD = {
  /** Where the stage is narrow, cards shrink and words keep their size; the first that fits is taken. */
  widths: [
    { width: 212, gap: 84 },
    { width: 180, gap: 64 },
    { width: 154, gap: 40 },
  ],
  head: 44,
  row: 21,
  /** A changed column says below its name what it becomes. */
  changedRow: 37,
  more: 21,
  /** More columns than these are behind "more". */
  rows: 3,
} as const;

export const FOLD = { height: 30 } as const;

export const DOMAIN = { width: 236, head: 36, mark: 22, marksPerRow: 9, pad: 7, rows: 4 } as const;

/** How many marks a domain's card has room for. */
export const DOMAIN_MARKS = DOMAIN.marksPerRow * DOMAIN.rows;

export interface CardRows {
  readonly rows: readonly { readonly after?: string }[];
  readonly more: string;
}

const rowHeight = (row: { readonly after?: string }): number =>
  row.after === undefined ? CARD.row : CARD.changedRow;

export function cardHeight({ rows, more }: CardRows): number {
  const open = rows.reduce((sum, row) => sum + rowHeight(row), 0) + (more === "" ? 0 : CARD.more);
  return CARD.head + (open === 0 ? 0 : open + 5);
}

/** The height at which the port of a row sits; -1 is the "more" row, undefined the card itself. */
export function portY({ rows, more }: CardRows, row: number | undefined): number {
  if (row === undefined) return CARD.head / 2;
  const above = (row < 0 ? rows : rows.slice(0, row)).reduce(
    (sum, item) => sum + rowHeight(item),
    0,
  );
  return CARD.head + 1 + above + (row < 0 && more === "" ? 0 : CARD.row / 2);
}

export function domainHeight(marks: number): number {
  const lines = Math.max(1, Math.ceil(Math.min(marks, DOMAIN_MARKS) / DOMAIN.marksPerRow));
  return DOMAIN.head + lines * DOMAIN.mark + DOMAIN.pad;
}

/** A step that stands for several datasets looks like the card of one. */
export const viaHeight = CARD.head;

/** The smallest words of a card are 11 px at these zooms (a mark, for domains). */
export const SMALLEST_ZOOM: Readonly<Record<Level, number>> = {
  columns: 1,
  datasets: 0.88,
  consumers: 0.88,
  domains: 0.75,
};
