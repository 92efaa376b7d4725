/** A domain's box: the items of one lane in neighbouring layers. A lane whose data leaves and comes back has two. */
export interface LaneBlock {
  readonly lane: string;
  readonly first: number;
  readonly last: number;
  /** Items by layer, `first` at index 0, top to bottom. Reordered in place by the layout. */
  readonly stacks: number[][];
}

export interface Placement {
  /** Top of each item. */
  readonly tops: Float64Array;
  readonly blockTops: readonly number[];
  readonly blockHeights: readonly number[];
  readonly height: number;
}

export const LANE = { head: 22, pad: 8, between: 10, stack: 7 } as const;

/** A hole of so many layers does not cut a lane in two. */
const HOLE = 2;

/** Cuts each lane into blocks of layers without a large hole; those of `home`, where the change begins, at any hole. */
export function cutBlocks(
  lanes: readonly string[],
  layers: readonly number[],
  home: ReadonlySet<string> = new Set(),
): readonly LaneBlock[] {
  const byLane = new Map<string, number[]>();
  lanes.forEach((lane, item) => {
    const items = byLane.get(lane);
    if (items === undefined) byLane.set(lane, [item]);
    else items.push(item);
  });
  const blocks: LaneBlock[] = [];
  for (const [lane, items] of byLane) {
    const sorted = items.toSorted((a, b) => (layers[a] ?? 0) - (layers[b] ?? 0) || a - b);
    let open: { lane: string; first: number; last: number; stacks: number[][] } | undefined;
    for (const item of sorted) {
      const layer = layers[item] ?? 0;
      if (open === undefined || layer > open.last + 1 + (home.has(lane) ? 0 : HOLE)) {
        open = { lane, first: layer, last: layer, stacks: [] };
        blocks.push(open);
      }
      open.last = layer;
      while (open.stacks.length < layer - open.first) open.stacks.push([]);
      const stack = open.stacks[layer - open.first];
      if (stack === undefined) open.stacks[layer - open.first] = [item];
      else stack.push(item);
    }
  }
  return blocks;
}

const stackHeight = (stack: readonly number[], heights: readonly number[]): number =>
  stack.reduce((sum, item) => sum + (heights[item] ?? 0), 0) +
  Math.max(0, stack.length - 1) * LANE.stack;

function blockHeight(block: LaneBlock, heights: readonly number[]): number {
  return (
    LANE.head + LANE.pad + Math.max(...block.stacks.map((stack) => stackHeight(stack, heights)))
  );
}

const overlap = (a: LaneBlock, b: LaneBlock): boolean => a.first <= b.last && b.first <= a.last;

interface Room {
  readonly blocks: readonly LaneBlock[];
  readonly heights: readonly number[];
  /** Where each block's top would like to be. */
  readonly wish: (block: number, height: number) => number;
}

/** Packs the blocks downwards in `sequence`; then each moves towards its wish as far as its neighbours leave room. */
export function placeBlocks(
  sequence: readonly number[],
  { blocks, heights, wish }: Room,
): Placement {
  const blockHeights = blocks.map((block) => blockHeight(block, heights));
  const tops = new Array<number>(blocks.length).fill(0);
  const skyline: number[] = [];
  for (const at of sequence) {
    const block = blocks[at];
    if (block === undefined) continue;
    let top = 0;
    for (let layer = block.first; layer <= block.last; layer++)
      top = Math.max(top, skyline[layer] ?? 0);
    tops[at] = top;
    for (let layer = block.first; layer <= block.last; layer++)
      skyline[layer] = top + (blockHeights[at] ?? 0) + LANE.between;
  }
  const floor = Math.max(0, ...skyline) - LANE.between;
  const backwards = sequence.toReversed();
  for (let round = 0; round < 3; round++) {
    for (const at of backwards) slide({ at, blocks, blockHeights, tops, wish, floor });
    for (const at of sequence) slide({ at, blocks, blockHeights, tops, wish, floor });
  }
  // What hangs on nothing made room for the others; now it moves up to them.
  for (const at of sequence)
    if (wish(at, 0) === Number.POSITIVE_INFINITY)
      slide({ at, blocks, blockHeights, tops, floor, wish: () => Number.NEGATIVE_INFINITY });
  return {
    tops: stackItems(blocks, heights, { tops, blockHeights }),
    blockTops: tops,
    blockHeights,
    height: floor,
  };
}

interface Slide {
  readonly at: number;
  readonly blocks: readonly LaneBlock[];
  readonly blockHeights: readonly number[];
  readonly tops: number[];
  readonly wish: Room["wish"];
  readonly floor: number;
}

function slide({ at, blocks, blockHeights, tops, wish, floor }: Slide): void {
  const block = blocks[at];
  const height = blockHeights[at] ?? 0;
  const top = tops[at] ?? 0;
  if (block === undefined) return;
  let low = 0;
  let high = Math.max(top, floor - height);
  blocks.forEach((other, index) => {
    if (index === at || !overlap(block, other)) return;
    const otherTop = tops[index] ?? 0;
    if (otherTop >= top) high = Math.min(high, otherTop - LANE.between - height);
    else low = Math.max(low, otherTop + (blockHeights[index] ?? 0) + LANE.between);
  });
  if (high >= low) tops[at] = Math.min(high, Math.max(low, wish(at, height)));
}

function stackItems(
  blocks: readonly LaneBlock[],
  heights: readonly number[],
  {
    tops,
    blockHeights,
  }: { readonly tops: readonly number[]; readonly blockHeights: readonly number[] },
): Float64Array {
  const itemTops = new Float64Array(heights.length);
  blocks.forEach((block, at) => {
    const inner = (blockHeights[at] ?? 0) - LANE.head - LANE.pad;
    for (const stack of block.stacks) {
      let y = (tops[at] ?? 0) + LANE.head + (inner - stackHeight(stack, heights)) / 2;
      for (const item of stack) {
        itemTops[item] = y;
        y += (heights[item] ?? 0) + LANE.stack;
      }
    }
  });
  return itemTops;
}
