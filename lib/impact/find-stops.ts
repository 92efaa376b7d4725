import type { BlastIndex } from "./blast-index.ts";
import type { Words } from "./boundary.ts";
import { rulesFor } from "./compile-rules.ts";
import type { Consequence } from "./consequence.ts";
import { LANES, levelIn } from "./effects.ts";
import type { Finding } from "./find-causes.ts";
import type { Slot } from "./verdict.ts";

/** A column, or a relation's rows or run. */
export interface Place {
  readonly slot: Slot;
  readonly id: number;
}

/** An effect of an input that ends at a place, and why. */
export interface Stop {
  readonly from: Finding;
  /** Index into the snapshot's uses; -1 where the rows are read as a whole. */
  readonly use: number;
  /** Index into the snapshot's notes; -1: none. */
  readonly note: number;
  readonly why: string;
}

/** The effects that arrive over an edge that ends here, and of which a rule says that nothing follows. */
export function findStops(index: BlastIndex, { slot, id }: Place): readonly Stop[] {
  if (slot === "run") return [];
  const { snapshot, ignored } = index.blast;
  const rules = rulesFor(snapshot, ignored);
  const end = slot === "col" ? id : snapshot.columnCount + id;
  if (slot === "col" && id >= snapshot.columnCount) return [];
  const found: Stop[] = [];
  const last = snapshot.backStart[end + 1] ?? 0;
  for (let at = snapshot.backStart[end] ?? 0; at < last; at++) {
    const use = snapshot.backUse[at] ?? 0;
    for (const { place, state } of statesAt(index, snapshot.backSource[at] ?? 0)) {
      for (let lane = 0; lane < LANES.length; lane++) {
        const why = rules.stops[use]?.[lane];
        if (levelIn(state, lane) === 0 || why === undefined) continue;
        if (passes(rules.consequences[use]?.[lane])) continue;
        found.push({
          from: { ...place, lane },
          use,
          note: snapshot.backNote[at] ?? -1,
          why,
        });
      }
    }
  }
  return found;
}

/** What a place is made of, as far as the change reaches it: also where nothing of the change is left. */
export function inputsOf(index: BlastIndex, { slot, id }: Place): readonly Place[] {
  const { snapshot } = index.blast;
  if (slot === "run" || (slot === "col" && id >= snapshot.columnCount)) return [];
  const end = slot === "col" ? id : snapshot.columnCount + id;
  const places: Place[] = [];
  const last = snapshot.backStart[end + 1] ?? 0;
  for (let at = snapshot.backStart[end] ?? 0; at < last; at++) {
    const source = snapshot.backSource[at] ?? 0;
    places.push(source >= 0 ? { slot: "col", id: source } : { slot: "rows", id: ~source });
  }
  if (slot === "rows") {
    const lastPair = snapshot.backPairStart[id + 1] ?? 0;
    for (let at = snapshot.backPairStart[id] ?? 0; at < lastPair; at++)
      places.push({ slot: "rows", id: snapshot.backPairSource[at] ?? 0 });
  }
  return places.filter((place) => {
    const relation = place.slot === "col" ? index.relationOf(place.id) : place.id;
    return index.placeOf(relation) >= 0;
  });
}

const passes = (steps: readonly Consequence[] | undefined): boolean => (steps?.length ?? 0) > 0;

/** A column has its own effects; a row set as a whole is read where the edge begins in a relation. */
function statesAt(
  index: BlastIndex,
  source: number,
): readonly { readonly place: Place; readonly state: Words }[] {
  return source >= 0
    ? [{ place: { slot: "col", id: source }, state: index.column(source) }]
    : [{ place: { slot: "rows", id: ~source }, state: index.rows(~source) }];
}
