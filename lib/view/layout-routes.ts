import { groupBy } from "#lib/kit/group-by.ts";

/**
 * A point that a long line passes: level over the width of a layer's column. Below zero: of a line against the flow, which
 * turns round there and runs back.
 */
export interface Waypoint {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export interface LayerColumn {
  readonly x: number;
  readonly width: number;
  /** Tops and bottoms of the items in this layer, from above. */
  readonly taken: readonly (readonly [top: number, bottom: number])[];
}

const CLEAR = 7;
const APART = 5;
/** So far a line goes out of its way to run with its bundle. */
const DETOUR = 400;

/** Gaps between what is taken, the open ends included. */
function gapsOf(column: LayerColumn): readonly (readonly [number, number])[] {
  const gaps: (readonly [number, number])[] = [];
  let low = Number.NEGATIVE_INFINITY;
  for (const [top, bottom] of column.taken) {
    if (top - low > 2 * CLEAR - 2) gaps.push([low + CLEAR - 1, top - CLEAR + 1]);
    low = Math.max(low, bottom);
  }
  gaps.push([low + CLEAR, Number.POSITIVE_INFINITY]);
  return gaps;
}

const clamp = (value: number, low: number, high: number): number =>
  Math.min(high, Math.max(low, value));

/**
 * Finds lines their way round cards: a line that ran behind a card would read as connected to it. One router serves one
 * drawing, and keeps lines in the same gap apart.
 */
export function createRouter(columns: readonly LayerColumn[]) {
  const gaps = columns.map(gapsOf);
  const used = new Map<string, number>();
  /** Where a bundle already passes a layer. */
  const passed = new Map<string, Waypoint[]>();

  const join = (layer: number, wish: number, bundle: string): Waypoint => {
    const key = JSON.stringify([layer, bundle]);
    const known = passed.get(key) ?? [];
    const near = known.find((point) => Math.abs(point.y - wish) <= DETOUR);
    if (near !== undefined) return near;
    const point = passLayer(layer, wish);
    passed.set(key, [...known, point]);
    return point;
  };
  const passLayer = (layer: number, wish: number): Waypoint => {
    const column = columns[layer];
    let best = { cost: Number.POSITIVE_INFINITY, y: wish, gap: 0 };
    gaps[layer]?.forEach(([low, high], gap) => {
      const y = clamp(wish, low, high);
      const tight = high - low < 24 ? 18 : 0;
      const cost = Math.abs(y - wish) + tight;
      if (cost < best.cost) best = { cost, y, gap };
    });
    const [low, high] = gaps[layer]?.[best.gap] ?? [best.y, best.y];
    const key = `${layer}/${best.gap}/${Math.round(best.y / APART)}`;
    const before = used.get(key) ?? 0;
    used.set(key, before + 1);
    const shift = (before % 2 === 0 ? 1 : -1) * Math.ceil(before / 2) * APART;
    return { x: column?.x ?? 0, width: column?.width ?? 0, y: clamp(best.y + shift, low, high) };
  };

  return {
    route(
      line: {
        readonly fromLayer: number;
        readonly toLayer: number;
        readonly fromY: number;
        readonly toY: number;
      },
      bundle?: string,
    ): readonly Waypoint[] {
      const points: Waypoint[] = [];
      let y = line.fromY;
      for (let layer = line.fromLayer + 1; layer < line.toLayer; layer++) {
        const left = line.toLayer - layer;
        const wish = y + (line.toY - y) / (left + 1);
        const point = bundle === undefined ? passLayer(layer, wish) : join(layer, wish, bundle);
        points.push(point);
        y = point.y;
      }
      return points;
    },
  };
}

/** Below the lowest card that it passes, so far apart. */
const BELOW = 18;
const BACK_APART = 9;

interface BackLink {
  readonly id: string;
  readonly bundle: string | undefined;
  /** Layers. */
  readonly from: number;
  readonly to: number;
}

/** A line against the flow runs below all cards between its ends: behind one it would read as connected to it. */
export function routeBack(
  links: readonly BackLink[],
  columns: readonly LayerColumn[],
): readonly (readonly [string, Waypoint])[] {
  const bottoms = columns.map(({ taken }) => Math.max(0, ...taken.map(([, bottom]) => bottom)));
  const running = links
    .filter(({ from, to }) => to <= from)
    .map((link) => {
      const left = columns[link.to]?.x ?? 0;
      const { x, width } = columns[link.from] ?? { x: 0, width: 0 };
      const below = Math.max(...bottoms.slice(link.to, link.from + 1));
      return { ...link, below, x: x + width, width: left - x - width };
    });
  const bundles = [...groupBy(running, ({ id, bundle }) => bundle ?? id).values()];
  return bundles.flatMap((bundled, at) => {
    const y = Math.max(...bundled.map(({ below }) => below)) + BELOW + at * BACK_APART;
    return bundled.map(({ id, x, width }) => [id, { x, y, width }] as const);
  });
}
