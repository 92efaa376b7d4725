/** So many answers stay: when there are more, all are let go, and what is asked for again is made again. */
const MOST_KEPT = 2000;

/** `make` with its answers kept: for what is slow to make of a text, such as the pattern of a column, and asked for often. */
export function keepByText<T extends object>(make: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size >= MOST_KEPT) known.clear();
    const made = make(text);
    known.set(text, made);
    return made;
  };
}
