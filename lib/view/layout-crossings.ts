/** A link as the drawing sees it: a straight line from the middle of one item to that of another, left to right. */
export interface Line {
  readonly fromLayer: number;
  readonly toLayer: number;
  readonly fromY: number;
  readonly toY: number;
}

/** Counts inversions of `values` by merging. O(n log n). */
function countInversions(values: Float64Array): number {
  let work = values;
  let spare: Float64Array = new Float64Array(values.length);
  let count = 0;
  for (let width = 1; width < values.length; width *= 2) {
    for (let low = 0; low < values.length; low += 2 * width) {
      count += mergeRuns({
        from: work,
        into: spare,
        low,
        mid: Math.min(low + width, values.length),
        high: Math.min(low + 2 * width, values.length),
      });
    }
    [work, spare] = [spare, work];
  }
  return count;
}

interface Runs {
  readonly from: Float64Array;
  readonly into: Float64Array;
  readonly low: number;
  readonly mid: number;
  readonly high: number;
}

function mergeRuns({ from, into, low, mid, high }: Runs): number {
  let count = 0;
  let left = low;
  let right = mid;
  for (let at = low; at < high; at++) {
    const takeLeft = left < mid && (right >= high || (from[left] ?? 0) <= (from[right] ?? 0));
    if (takeLeft) into[at] = from[left++] ?? 0;
    else {
      if (left < mid) count += mid - left;
      into[at] = from[right++] ?? 0;
    }
  }
  return count;
}

const yAt = (line: Line, layer: number): number =>
  line.fromY +
  ((line.toY - line.fromY) * (layer - line.fromLayer)) / (line.toLayer - line.fromLayer);

/** How often lines cross between each two neighbouring layers; long lines are taken as straight. */
export function countCrossings(lines: readonly Line[]): number {
  const byGap = new Map<number, (readonly [number, number])[]>();
  for (const line of lines) {
    for (let layer = line.fromLayer; layer < line.toLayer; layer++) {
      const pair = [yAt(line, layer), yAt(line, layer + 1)] as const;
      const gap = byGap.get(layer);
      if (gap === undefined) byGap.set(layer, [pair]);
      else gap.push(pair);
    }
  }
  let crossings = 0;
  for (const pairs of byGap.values()) {
    pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    crossings += countInversions(Float64Array.from(pairs, (pair) => pair[1]));
  }
  return crossings;
}
