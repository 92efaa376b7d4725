import type { BlastIndex } from "./blast-index.ts";
import { type Cause, CauseBook, type Finding, findingKey } from "./find-causes.ts";

/** A finding on its shortest way from a change. */
export interface WayStep {
  readonly at: Finding;
  /** Steps that lie behind it; 0 at the change. */
  readonly steps: number;
  /** Which of the assessed changes the way begins at. */
  readonly change: number;
  /** The step before it, and how that brings it about. Absent at the change. */
  readonly before?: { readonly step: WayStep; readonly cause: Cause };
  /** A step further back, so that the far end of a long way is found in few jumps. */
  readonly jump?: WayStep;
}

/** A finding that a search has met, this many steps from where it began. */
interface Met {
  readonly at: Finding;
  readonly steps: number;
}

/**
 * Shortest ways from a change to findings, on which every step is at least as certain as asked. A best-first search
 * backwards: the assets that lie between a relation and the change are known from the pass and guide it, so it looks at
 * little beside the way. What lies on a shortest way is kept, and later searches end where they meet it: all ways of a
 * blast together cost about what lies on them. Of two ways of one length the first in the graph's order is taken at each
 * step, so the answer does not depend on what was asked before.
 */
export class WayBook {
  readonly #index: BlastIndex;
  readonly #causes: CauseBook;
  readonly #known: readonly Map<number, WayStep>[] = [1, 2, 3].map(() => new Map());

  constructor(index: BlastIndex) {
    this.#index = index;
    this.#causes = new CauseBook(index);
  }

  /** `level`: 1 to 3. Undefined: no way is that certain. */
  wayTo(finding: Finding, level: number): WayStep | undefined {
    const known = this.#known[level - 1] ?? new Map<number, WayStep>();
    const key = findingKey(finding);
    const kept = known.get(key);
    if (kept !== undefined) return kept;
    const { layers, length } = this.#search(finding, { level, known });
    if (length === undefined) return undefined;
    for (let steps = layers.length - 1; steps >= 0; steps--) {
      for (const { at } of layers[steps] ?? []) {
        this.#keep(at, { level, known, left: length - steps });
      }
    }
    return known.get(key);
  }

  /** All that lies at most as far away as the nearest change, by steps from the finding. */
  #search(
    finding: Finding,
    { level, known }: { readonly level: number; readonly known: Map<number, WayStep> },
  ): { readonly layers: readonly Met[][]; readonly length: number | undefined } {
    const layers: Met[][] = [];
    const met = new Map<number, Met>();
    const waves: Met[][] = [];
    let length: number | undefined;
    let cost = 0;
    const meet = (at: Finding, steps: number): void => {
      const key = findingKey(at);
      if ((met.get(key)?.steps ?? Number.POSITIVE_INFINITY) <= steps) return;
      const here: Met = { at, steps };
      met.set(key, here);
      const left = known.get(key)?.steps ?? this.#hopsOf(at);
      append(waves, Math.max(cost, steps + left), here);
    };
    meet(finding, 0);
    for (; cost < waves.length && cost <= (length ?? cost); cost++) {
      const wave = waves[cost] ?? [];
      for (let next = wave.pop(); next !== undefined; next = wave.pop()) {
        const key = findingKey(next.at);
        if (met.get(key) !== next) continue;
        const end = known.get(key) ?? this.#startAt(next.at, { level, known });
        if (end !== undefined) {
          length = Math.min(length ?? Number.POSITIVE_INFINITY, next.steps + end.steps);
          continue;
        }
        append(layers, next.steps, next);
        for (const { from } of this.#causes.causesOf(next.at, level)) meet(from, next.steps + 1);
      }
    }
    return { layers, length };
  }

  #hopsOf({ slot, id }: Finding): number {
    return this.#index.hopsOf(slot === "col" ? this.#index.relationOf(id) : id);
  }

  /** Keeps a finding that lies on a shortest way: one of its causes is known and exactly one step nearer. */
  #keep(
    at: Finding,
    {
      level,
      known,
      left,
    }: { readonly level: number; readonly known: Map<number, WayStep>; readonly left: number },
  ): void {
    const key = findingKey(at);
    if (known.has(key)) return;
    for (const cause of this.#causes.causesOf(at, level)) {
      const step = known.get(findingKey(cause.from));
      if (step?.steps !== left - 1) continue;
      const { jump } = step;
      const isEven =
        jump?.jump !== undefined && step.steps - jump.steps === jump.steps - jump.jump.steps;
      known.set(key, {
        at,
        steps: left,
        change: step.change,
        before: { step, cause },
        jump: isEven && jump?.jump !== undefined ? jump.jump : step,
      });
      return;
    }
  }

  #startAt(
    at: Finding,
    { level, known }: { readonly level: number; readonly known: Map<number, WayStep> },
  ): WayStep | undefined {
    const change = seedAt(this.#index, at, level);
    if (change === undefined) return undefined;
    const start: WayStep = { at, steps: 0, change };
    known.set(findingKey(at), start);
    return start;
  }
}

/** The step of a way that has so many behind it; a few jumps, however long the way is. */
export function stepOfWay(end: WayStep, steps: number): WayStep {
  let here = end;
  while (here.steps > steps) {
    const far = here.jump;
    const near = here.before?.step;
    const next = far !== undefined && far.steps >= steps ? far : near;
    if (next === undefined) return here;
    here = next;
  }
  return here;
}

function append(lists: Met[][], place: number, met: Met): void {
  while (lists.length <= place) lists.push([]);
  lists[place]?.push(met);
}

function seedAt(
  { blast }: BlastIndex,
  { slot, id, lane }: Finding,
  level: number,
): number | undefined {
  const seed = blast.seeds.find(
    (each) =>
      each.slot === slot &&
      each.lane === lane &&
      each.level >= level &&
      (slot === "col" ? isColumn(blast, each, id) : each.relation === id),
  );
  return seed?.change;
}

function isColumn(
  blast: BlastIndex["blast"],
  seed: BlastIndex["blast"]["seeds"][number],
  id: number,
): boolean {
  if (typeof seed.column === "number") return seed.column === id;
  const created = blast.newColumns[id - blast.snapshot.columnCount];
  return (
    created !== undefined && created.relation === seed.relation && created.name === seed.column
  );
}
