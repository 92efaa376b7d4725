/** What would stand at a place (from 0) of the values, were they sorted: found without sorting them. Undefined past their end. */
export function valueAtPlace(values: readonly number[], place: number): number | undefined {
  if (place < 0 || place >= values.length) return undefined;
  const left = [...values];
  let from = 0;
  let to = left.length - 1;
  // Hoare's way: whatever is less goes before the place, whatever is more behind it, and one side is looked at again.
  while (from < to) {
    const pivot = left[place] ?? 0;
    let low = from;
    let high = to;
    while (low <= high) {
      while ((left[low] ?? 0) < pivot) low++;
      while (pivot < (left[high] ?? 0)) high--;
      if (low > high) break;
      const moved = left[low] ?? 0;
      left[low++] = left[high] ?? 0;
      left[high--] = moved;
    }
    if (high < place) from = low;
    if (place < low) to = high;
  }
  return left[place];
}
