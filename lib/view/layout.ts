import { countCrossings, type Line } from "./layout-crossings.ts";
import { cutBlocks, LANE, type LaneBlock, type Placement, placeBlocks } from "./layout-lanes.ts";
import { assignLayers, findBackLinks, pullRight } from "./layout-layers.ts";
import { createRouter, type LayerColumn, routeBack, type Waypoint } from "./layout-routes.ts";

export interface LayoutItem {
  readonly id: string;
  /** Items of one lane stand together. */
  readonly lane: string;
  readonly width: number;
  readonly height: number;
  /** Stands in the first layer: where the change begins. */
  readonly first?: boolean;
  /** Stands behind all others, if nothing reads it: a column of its own for what is only mentioned. */
  readonly last?: boolean;
  /** Has to be in the first view. */
  readonly core?: boolean;
}

export interface LayoutEdge {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  /** Lines of one bundle run as one as far as they can: from a common start, or back to a common end. */
  readonly bundle?: string;
}

export interface LayoutRequest {
  readonly items: readonly LayoutItem[];
  readonly edges: readonly LayoutEdge[];
  /** Pixels between layers. */
  readonly gap?: number;
  /** Where things stood: the order is kept, and what is new finds its place among it. */
  readonly before?: Readonly<Record<string, { readonly x: number; readonly y: number }>>;
}

export interface LaneBox {
  readonly id: string;
  readonly lane: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  readonly positions: Readonly<Record<string, { readonly x: number; readonly y: number }>>;
  readonly lanes: readonly LaneBox[];
  /** For lines over more than one layer: where they pass between the cards. */
  readonly routes: Readonly<Record<string, readonly Waypoint[]>>;
  readonly width: number;
  readonly height: number;
  readonly crossings: number;
  /** Round all that has to be in the first view. */
  readonly core?: Box;
}

/** Between layers, where nothing else is said: lines need room to turn. */
const LAYER_GAP = 84;
const SWEEPS = 10;

interface Link {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly bundle: string | undefined;
}

interface Problem {
  readonly items: readonly LayoutItem[];
  readonly heights: readonly number[];
  readonly layers: readonly number[];
  readonly blocks: readonly LaneBlock[];
  readonly blockOf: readonly number[];
  /** Left to right, back links turned round left out. */
  readonly links: readonly Link[];
  /** Those that close a circle: against the flow. */
  readonly backLinks: readonly Link[];
  readonly neighbours: readonly (readonly number[])[];
}

/** Moves what is to stand last behind the rest. */
function setApart(
  layers: readonly number[],
  items: readonly LayoutItem[],
  read: ReadonlySet<number>,
): readonly number[] {
  const isLast = (at: number) => items[at]?.last === true && !read.has(at);
  const rest = layers.filter((_, at) => !isLast(at));
  const behind = Math.max(0, ...rest) + 1;
  return layers.map((layer, at) => (isLast(at) ? behind : layer));
}

const homeLanes = (items: readonly LayoutItem[]): ReadonlySet<string> =>
  new Set(items.filter((item) => item.first === true).map((item) => item.lane));

/** What begins or ends the drawing keeps its layer, and so does the domain in which the change begins. */
function fixedItems(items: readonly LayoutItem[]): ReadonlySet<number> {
  const home = homeLanes(items);
  return new Set(
    items.flatMap((item, at) =>
      item.first === true || item.last === true || home.has(item.lane) ? [at] : [],
    ),
  );
}

/** The box round the items that have to be in view, with the heads of their lanes. */
function coreOf(items: readonly LayoutItem[], positions: Layout["positions"]): Box | undefined {
  const boxes = items.flatMap((item) => {
    const at = positions[item.id];
    return item.core === true && at !== undefined ? [{ ...item, ...at }] : [];
  });
  if (boxes.length === 0) return undefined;
  const x = Math.min(...boxes.map((box) => box.x)) - LANE.pad;
  const y = Math.min(...boxes.map((box) => box.y)) - LANE.head;
  return {
    x,
    y,
    width: Math.max(...boxes.map((box) => box.x + box.width)) + LANE.pad - x,
    height: Math.max(...boxes.map((box) => box.y + box.height)) + LANE.pad - y,
  };
}

function pose(request: LayoutRequest): Problem {
  const { items, edges } = request;
  const index = new Map(items.map((item, at) => [item.id, at]));
  const all = edges.flatMap(({ id, source, target, bundle }) => {
    const from = index.get(source);
    const to = index.get(target);
    return from === undefined || to === undefined ? [] : [{ id, from, to, bundle }];
  });
  const raw = {
    nodes: items.length,
    from: all.map((link) => link.from),
    to: all.map((link) => link.to),
  };
  const back = findBackLinks(raw);
  const pinned = new Set(items.flatMap((item, at) => (item.first === true ? [at] : [])));
  const apart = setApart(assignLayers(raw, pinned), request.items, new Set(raw.from));
  const layers = pullRight(raw, { layers: apart, back, fixed: fixedItems(items) });
  const links = all.filter((_, at) => !back.has(at));
  const backLinks = all.filter((_, at) => back.has(at));
  const neighbours: number[][] = items.map(() => []);
  for (const { from, to } of links) {
    neighbours[from]?.push(to);
    neighbours[to]?.push(from);
  }
  const blocks = cutBlocks(
    items.map((item) => item.lane),
    layers,
    homeLanes(items),
  );
  const blockOf = new Array<number>(items.length).fill(0);
  blocks.forEach((block, at) => {
    for (const item of block.stacks.flat()) blockOf[item] = at;
  });
  return {
    items,
    heights: items.map((item) => item.height),
    layers,
    blocks,
    blockOf,
    links,
    backLinks,
    neighbours,
  };
}

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;

function linesOf({ links, layers, heights }: Problem, tops: Float64Array): readonly Line[] {
  const middle = (item: number) => (tops[item] ?? 0) + (heights[item] ?? 0) / 2;
  return links.map(({ from, to }) => ({
    fromLayer: layers[from] ?? 0,
    toLayer: layers[to] ?? 0,
    fromY: middle(from),
    toY: middle(to),
  }));
}

/** The wish of a block: to stand where the middle of what it is linked to stands. */
function middlesOf(problem: Problem, tops: Float64Array): readonly (number | undefined)[] {
  const { blocks, blockOf, neighbours, heights } = problem;
  return blocks.map((block, at) =>
    mean(
      block.stacks
        .flat()
        .flatMap((item) =>
          (neighbours[item] ?? [])
            .filter((other) => blockOf[other] !== at)
            .map((other) => (tops[other] ?? 0) + (heights[other] ?? 0) / 2),
        ),
    ),
  );
}

function place(
  problem: Problem,
  sequence: readonly number[],
  wishes: readonly (number | undefined)[],
): Placement {
  return placeBlocks(sequence, {
    blocks: problem.blocks,
    heights: problem.heights,
    wish: (block, height) => {
      const middle = wishes[block];
      // What hangs on nothing makes room and sinks to the bottom.
      return middle === undefined ? Number.POSITIVE_INFINITY : middle - height / 2;
    },
  });
}

const copyStacks = (blocks: readonly LaneBlock[]): number[][][] =>
  blocks.map((block) => block.stacks.map((stack) => [...stack]));

function restoreStacks(
  blocks: readonly LaneBlock[],
  saved: readonly (readonly (readonly number[])[])[],
): void {
  blocks.forEach((block, at) => {
    saved[at]?.forEach((stack, layer) => {
      block.stacks[layer] = [...stack];
    });
  });
}

const sortBy = (list: number[], key: (item: number) => number): void => {
  const keys = new Map(list.map((item) => [item, key(item)]));
  list.sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
};

/** Sweeps of barycenters over blocks and over the items in them; the drawing with the fewest crossings wins. */
function searchOrder(problem: Problem): Placement {
  const { blocks, neighbours, heights } = problem;
  let sequence = blocks.map((_, at) => at);
  let placed = place(problem, sequence, []);
  placed = place(problem, sequence, middlesOf(problem, placed.tops));
  let best = {
    crossings: countCrossings(linesOf(problem, placed.tops)),
    placed,
    stacks: copyStacks(blocks),
  };
  for (let sweep = 0; sweep < SWEEPS && best.crossings > 0; sweep++) {
    const { tops, blockTops, blockHeights } = placed;
    const middle = (item: number) => (tops[item] ?? 0) + (heights[item] ?? 0) / 2;
    for (const block of blocks) {
      for (const stack of block.stacks)
        sortBy(stack, (item) => mean((neighbours[item] ?? []).map(middle)) ?? middle(item));
    }
    const wishes = middlesOf(problem, tops);
    sequence = [...sequence];
    sortBy(sequence, (at) => wishes[at] ?? (blockTops[at] ?? 0) + (blockHeights[at] ?? 0) / 2);
    placed = place(problem, sequence, wishes);
    placed = place(problem, sequence, middlesOf(problem, placed.tops));
    const crossings = countCrossings(linesOf(problem, placed.tops));
    if (crossings < best.crossings) best = { crossings, placed, stacks: copyStacks(blocks) };
  }
  restoreStacks(blocks, best.stacks);
  return swapNeighbours(problem, best.placed);
}

/** Above so many items, trying each pair costs more than it is worth. */
const SWAP_UP_TO = 70;

/** Swaps cards that stand one below the other wherever fewer lines cross then. */
function swapNeighbours(problem: Problem, placed: Placement): Placement {
  if (problem.items.length > SWAP_UP_TO) return placed;
  const tops = Float64Array.from(placed.tops);
  let crossings = countCrossings(linesOf(problem, tops));
  for (const stack of problem.blocks.flatMap((block) => block.stacks)) {
    for (let at = 0; at + 1 < stack.length && crossings > 0; at++) {
      const swapped = trySwap(problem, { stack, at, tops });
      const fewer = countCrossings(linesOf(problem, swapped));
      if (fewer >= crossings) continue;
      crossings = fewer;
      tops.set(swapped);
      stack.splice(at, 2, stack[at + 1] ?? 0, stack[at] ?? 0);
    }
  }
  return { ...placed, tops };
}

function trySwap(
  { heights }: Problem,
  {
    stack,
    at,
    tops,
  }: { readonly stack: readonly number[]; readonly at: number; readonly tops: Float64Array },
): Float64Array {
  const upper = stack[at] ?? 0;
  const lower = stack[at + 1] ?? 0;
  const swapped = Float64Array.from(tops);
  const top = tops[upper] ?? 0;
  swapped[lower] = top;
  swapped[upper] = top + (heights[lower] ?? 0) + LANE.stack;
  return swapped;
}

/** Keeps the order of what was there: nothing is sorted again, so the eye finds everything where it was. */
function keepOrder(problem: Problem, before: NonNullable<LayoutRequest["before"]>): Placement {
  const { items, blocks, neighbours } = problem;
  const oldY = (item: number): number | undefined => before[items[item]?.id ?? ""]?.y;
  const guess = (item: number): number =>
    oldY(item) ??
    mean((neighbours[item] ?? []).map(oldY).filter((y) => y !== undefined)) ??
    Number.MAX_SAFE_INTEGER;
  for (const block of blocks) for (const stack of block.stacks) sortBy(stack, guess);
  const topOf = (block: LaneBlock): number | undefined => {
    const known = block.stacks
      .flat()
      .map(oldY)
      .filter((y) => y !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  };
  const tops = blocks.map((block) => topOf(block) ?? mean(block.stacks.flat().map(guess)) ?? 0);
  const sequence = blocks.map((_, at) => at);
  sortBy(sequence, (at) => tops[at] ?? 0);
  return placeBlocks(sequence, {
    blocks,
    heights: problem.heights,
    wish: (block) => (tops[block] ?? 0) - LANE.head,
  });
}

/** Left edge and width of each layer. */
function measureLayers(
  { items, layers }: Problem,
  gap: number,
): readonly { readonly x: number; readonly width: number }[] {
  const widths: number[] = [];
  items.forEach((item, at) => {
    const layer = layers[at] ?? 0;
    widths[layer] = Math.max(widths[layer] ?? 0, item.width);
  });
  let x = 0;
  return Array.from(widths, (width = 0) => {
    const left = x;
    x += width === 0 ? 0 : width + gap;
    return { x: left, width };
  });
}

/** A domain's name stands at the left end of its box: no line runs through it. */
const headsOf = ({ blocks }: Problem, { blockTops }: Placement, layer: number) =>
  blocks.flatMap((block, at) => {
    const top = blockTops[at] ?? 0;
    return block.first === layer && block.lane !== ""
      ? [[top + 3, top + LANE.head - 3] as const]
      : [];
  });

const bundleOf = (link: Link, end: "from" | "to"): string | undefined =>
  link.bundle === undefined ? undefined : `${link[end]} ${link.bundle}`;

function routeLines(
  problem: Problem,
  placed: Placement,
  columns: readonly { readonly x: number; readonly width: number }[],
): Layout["routes"] {
  const { items, layers, links } = problem;
  const layerColumns: readonly LayerColumn[] = columns.map((column, layer) => ({
    ...column,
    taken: [
      ...items.flatMap((item, at) => {
        const top = placed.tops[at] ?? 0;
        return layers[at] === layer ? [[top, top + item.height] as const] : [];
      }),
      ...headsOf(problem, placed, layer),
    ].sort((a, b) => a[0] - b[0]),
  }));
  const router = createRouter(layerColumns);
  const lines = linesOf(problem, placed.tops);
  const routes: Record<string, readonly Waypoint[]> = {};
  links.forEach((link, at) => {
    const line = lines[at];
    if (line !== undefined && line.toLayer - line.fromLayer > 1)
      routes[link.id] = router.route(line, bundleOf(link, "from"));
  });
  const back = problem.backLinks.map((link) => ({
    id: link.id,
    bundle: bundleOf(link, "to"),
    from: layers[link.from] ?? 0,
    to: layers[link.to] ?? 0,
  }));
  for (const [id, point] of routeBack(back, layerColumns)) routes[id] = [point];
  return routes;
}

/**
 * Domain lanes along the data's flow: layers from left to right by what reads what, the items of a domain in one box, the
 * boxes packed so that lines cross seldom. Deterministic; about 15 ms for 200 items.
 */
export function layOut(request: LayoutRequest): Layout {
  const problem = pose(request);
  const placed =
    request.before === undefined ? searchOrder(problem) : keepOrder(problem, request.before);
  const columns = measureLayers(problem, request.gap ?? LAYER_GAP);
  const positions: Record<string, { x: number; y: number }> = {};
  problem.items.forEach((item, at) => {
    positions[item.id] = { x: columns[problem.layers[at] ?? 0]?.x ?? 0, y: placed.tops[at] ?? 0 };
  });
  const lanes = problem.blocks.map((block, at) => {
    const left = columns[block.first] ?? { x: 0, width: 0 };
    const right = columns[block.last] ?? left;
    return {
      id: `${block.lane}/${block.first}`,
      lane: block.lane,
      x: left.x - LANE.pad,
      y: placed.blockTops[at] ?? 0,
      width: right.x + right.width - left.x + 2 * LANE.pad,
      height: placed.blockHeights[at] ?? 0,
    };
  });
  const last = columns.at(-1) ?? { x: 0, width: 0 };
  const core = coreOf(problem.items, positions);
  return {
    ...(core === undefined ? {} : { core }),
    positions,
    lanes,
    routes: routeLines(problem, placed, columns),
    width: last.x + last.width,
    height: placed.height,
    crossings: countCrossings(linesOf(problem, placed.tops)),
  };
}
