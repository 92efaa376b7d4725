/**
 * Whether what a service level is promised of is a table of these names, or a part of it: `orders`, `orders.placed_at`,
 * `orders, customers`. Names of tables may have dots themselves. Without an element it holds for all.
 */
export const concernsTable = (
  element: string | undefined,
  names: readonly (string | undefined)[],
): boolean =>
  element === undefined ||
  element
    .split(",")
    .map((one) => one.trim())
    .some((one) =>
      names.some((name) => name !== undefined && (one === name || one.startsWith(`${name}.`))),
    );
