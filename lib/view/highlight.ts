import { groupBy } from "#lib/kit/group-by.ts";
import type { Scene, SceneLine } from "./scene.ts";

/** What lights up: ids of cards, folds or domains, and of lines. */
export interface Lit {
  readonly items: ReadonlySet<string>;
  readonly lines: ReadonlySet<string>;
}

export interface LitFrom {
  readonly item: string;
  /** A column's port: only what hangs on this column. */
  readonly port?: string;
  readonly towards: "both" | "sources";
}

interface Way {
  readonly next: ReadonlyMap<string, readonly SceneLine[]>;
  readonly far: (line: SceneLine) => { readonly item: string; readonly port: string | undefined };
  readonly nearPort: (line: SceneLine) => string | undefined;
}

const groupLines = (
  lines: readonly SceneLine[],
  end: "source" | "target",
): ReadonlyMap<string, readonly SceneLine[]> => groupBy(lines, (line) => line[end]);

/** Walks one way. Where a line ends at a column, only what that column feeds lights up; the card itself lights all. */
function walk(
  way: Way,
  start: { readonly item: string; readonly port: string | undefined },
  lit: { items: Set<string>; lines: Set<string> },
): void {
  const seen = new Set<string>();
  const stack = [start];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const key = JSON.stringify([at.item, at.port]);
    if (seen.has(key)) continue;
    seen.add(key);
    lit.items.add(at.item);
    for (const line of way.next.get(at.item) ?? []) {
      const port = way.nearPort(line);
      if (at.port !== undefined && port !== undefined && port !== at.port) continue;
      lit.lines.add(line.id);
      stack.push(way.far(line));
    }
  }
}

/** The paths through an item: what leads to it, and, towards both sides, what it leads to. Linear in the lines. */
export function lightPaths(scene: Pick<Scene, "lines">, { item, port, towards }: LitFrom): Lit {
  const lit = { items: new Set<string>(), lines: new Set<string>() };
  const lines = scene.lines.filter((line) => line.style !== "idle");
  walk(
    {
      next: groupLines(lines, "target"),
      far: (line) => ({ item: line.source, port: line.sourcePort }),
      nearPort: (line) => line.targetPort,
    },
    { item, port },
    lit,
  );
  if (towards === "both") {
    walk(
      {
        next: groupLines(lines, "source"),
        far: (line) => ({ item: line.target, port: line.targetPort }),
        nearPort: (line) => line.sourcePort,
      },
      { item, port },
      lit,
    );
  }
  return lit;
}

/** Where an arrow key leads from an item: along a line, or to the neighbour above or below in its layer. */
export function stepAlong(
  scene: Pick<Scene, "lines">,
  positions: Readonly<Record<string, { readonly x: number; readonly y: number }>>,
  { item, key }: { readonly item: string; readonly key: "left" | "right" | "up" | "down" },
): string | undefined {
  const here = positions[item];
  if (here === undefined) return undefined;
  const distance = (id: string): number =>
    Math.abs((positions[id]?.y ?? Number.POSITIVE_INFINITY) - here.y);
  const nearest = (ids: readonly string[]): string | undefined =>
    ids
      .filter((id) => id !== item)
      .toSorted((a, b) => distance(a) - distance(b) || a.localeCompare(b))[0];
  if (key === "right")
    return nearest(scene.lines.filter((line) => line.source === item).map((line) => line.target));
  if (key === "left")
    return nearest(scene.lines.filter((line) => line.target === item).map((line) => line.source));
  const side = key === "down" ? 1 : -1;
  return nearest(
    Object.keys(positions).filter(
      (id) => positions[id]?.x === here.x && Math.sign((positions[id]?.y ?? 0) - here.y) === side,
    ),
  );
}
