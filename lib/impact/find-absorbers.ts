import type { AssetVerdict } from "./assessment.ts";
import type { BlastIndex } from "./blast-index.ts";
import { boundaryRuleFor } from "./boundary.ts";
import { rulesFor } from "./compile-rules.ts";
import { LANES, levelIn } from "./effects.ts";
import { assetAt, type ExplainContext } from "./explain.ts";

type Absorber = NonNullable<AssetVerdict["absorbedBy"]>[number];

const ENOUGH = 5;

/**
 * Where the change stops on its way to an unaffected asset: the nearest edges behind which nothing is left of it. At
 * most five, in the order in which a walk backwards meets them. What stops at one relation is looked up once.
 */
export class AbsorberBook {
  readonly #context: ExplainContext;
  readonly #at = new Map<number, RelationStops>();
  readonly #firstLanes = new Map<object, number>();

  constructor(context: ExplainContext) {
    this.#context = context;
  }

  of(asset: number): readonly Absorber[] {
    const found = new Map<string, Absorber>();
    const seen = new Set<number>([asset]);
    const queue = [asset];
    for (let at = 0; at < queue.length && found.size < ENOUGH; at++) {
      const { stops, inputs } = this.#stopsAt(queue[at] ?? 0);
      for (const [key, absorber] of stops) found.set(key, absorber);
      for (const input of inputs) {
        if (seen.has(input)) continue;
        seen.add(input);
        queue.push(input);
      }
    }
    return [...found.values()].slice(0, ENOUGH);
  }

  #stopsAt(relation: number): RelationStops {
    const known = this.#at.get(relation);
    if (known !== undefined) return known;
    const { snapshot } = this.#context.index.blast;
    const stops: [string, Absorber][] = [];
    const end = snapshot.columnStart[relation + 1] ?? 0;
    for (let column = snapshot.columnStart[relation] ?? 0; column < end; column++)
      this.#addStops(stops, column, relation);
    this.#addStops(stops, snapshot.columnCount + relation, relation);
    const made = { stops, inputs: reachedInputs(this.#context.index, relation) };
    this.#at.set(relation, made);
    return made;
  }

  #addStops(stops: [string, Absorber][], end: number, relation: number): void {
    const { index, graph } = this.#context;
    const { snapshot } = index.blast;
    const rules = rulesFor(snapshot, index.blast.ignored);
    for (let at = snapshot.backStart[end] ?? 0; at < (snapshot.backStart[end + 1] ?? 0); at++) {
      const source = snapshot.backSource[at] ?? 0;
      const use = snapshot.backUse[at] ?? 0;
      const lane = this.#firstLane(source >= 0 ? index.column(source) : index.rows(~source));
      if (lane < 0) continue;
      const arrives = (rules.consequences[use]?.[lane]?.length ?? 0) > 0;
      const why = arrives ? this.#stoppedThere(end, relation) : rules.stops[use]?.[lane];
      const edgeUse = snapshot.uses[use]?.use;
      if (why === undefined || edgeUse === undefined) continue;
      const name = assetAt(graph, index, relation).name;
      const node =
        end < snapshot.columnCount
          ? `col:${name}.${snapshot.columnNames.at(end) ?? ""}`
          : `rows:${name}`;
      stops.push([`${node}|${edgeUse}`, { node, use: edgeUse, why }]);
    }
  }

  /** What came as far as the column and ended at it: by the table's own policy, or by what was observed in it. */
  #stoppedThere(column: number, relation: number): string | undefined {
    const { index } = this.#context;
    const { snapshot, beforeBoundary } = index.blast;
    const before = beforeBoundary.get(column);
    if (before === undefined) return undefined;
    const after = index.column(column);
    const ended = LANES.find((_, lane) => levelIn(before, lane) > 0 && levelIn(after, lane) === 0);
    return ended && boundaryRuleFor(snapshot.traits[relation] ?? 0, ended)?.text;
  }

  /** -1: no effect. States repeat, and each is one object. */
  #firstLane(state: { readonly lo: number; readonly hi: number }): number {
    const known = this.#firstLanes.get(state);
    if (known !== undefined) return known;
    const made = LANES.findIndex((_, lane) => levelIn(state, lane) > 0);
    this.#firstLanes.set(state, made);
    return made;
  }
}

interface RelationStops {
  readonly stops: readonly (readonly [string, Absorber])[];
  /** What it reads, as far as the change reaches that. */
  readonly inputs: readonly number[];
}

function reachedInputs(index: BlastIndex, relation: number): readonly number[] {
  const { backPairStart, backPairSource } = index.blast.snapshot;
  const inputs: number[] = [];
  for (let at = backPairStart[relation] ?? 0; at < (backPairStart[relation + 1] ?? 0); at++) {
    const input = backPairSource[at] ?? 0;
    if (index.placeOf(input) >= 0) inputs.push(input);
  }
  return inputs;
}
