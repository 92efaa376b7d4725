/** Names that a mistyped one may have meant: nearest first, at most `limit`. Costs one pass and little memory. */
export function findSimilarNames(
  wanted: string,
  names: Iterable<string>,
  limit = 5,
): readonly string[] {
  const folded = wanted.toLowerCase();
  const allowed = Math.max(1, Math.floor(folded.length / 3));
  const best: { name: string; distance: number }[] = [];
  for (const name of new Set(names)) {
    const distance = distanceOf(folded, name.toLowerCase(), allowed);
    if (distance === undefined) continue;
    best.push({ name, distance });
  }
  best.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  return best.slice(0, limit).map((entry) => entry.name);
}

/** Edits from one text to the other (a swap of neighbours counts once), or undefined when over `allowed`. */
function distanceOf(a: string, b: string, allowed: number): number | undefined {
  if (b.includes(a) && a.length >= 3) return 1;
  if (Math.abs(a.length - b.length) > allowed) return undefined;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(
        at(previous, j) + 1,
        at(row, j - 1) + 1,
        at(previous, j - 1) + (same ? 0 : 1),
      );
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, at(before, j - 2) + 1);
      row.push(cost);
    }
    before = previous;
    previous = row;
  }
  const distance = at(previous, b.length);
  return distance <= allowed ? distance : undefined;
}

const at = (row: readonly number[], index: number): number =>
  row[index] ?? Number.POSITIVE_INFINITY;
