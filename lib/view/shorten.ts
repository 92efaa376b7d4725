/**
 * Cuts a long name in the middle, so that the end that tells it from its neighbours stays:
 * `stg_checkout__order_items_daily_v2` with 20 letters is `stg_chec…_daily_v2`-like. Shorter names stay as they are.
 */
export function shortenMiddle(text: string, letters: number): string {
  const all = [...text];
  if (all.length <= letters || letters < 3) return text;
  const tail = Math.ceil((letters - 1) * 0.6);
  const head = letters - 1 - tail;
  return `${all.slice(0, head).join("")}…${all.slice(all.length - tail).join("")}`;
}
