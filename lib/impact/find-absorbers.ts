import type { AssetVerdict } from "./assessment.ts";
import { rulesFor } from "./compile-rules.ts";
import { LANES, levelIn } from "./effects.ts";
import { assetAt, type ExplainContext } from "./explain.ts";

type Absorber = NonNullable<AssetVerdict["absorbedBy"]>[number];

const ENOUGH = 5;

/**
 * Where the change stops on its way to an unaffected asset: the nearest edges behind which nothing is left of it. At
 * most five, in the order in which a walk backwards meets them.
 */
export function findAbsorbers(context: ExplainContext, asset: number): readonly Absorber[] {
  const { index } = context;
  const { snapshot } = index.blast;
  const found = new Map<string, Absorber>();
  const seen = new Set<number>([asset]);
  const queue = [asset];
  for (let at = 0; at < queue.length && found.size < ENOUGH; at++) {
    const relation = queue[at] ?? 0;
    const end = snapshot.columnStart[relation + 1] ?? 0;
    for (let column = snapshot.columnStart[relation] ?? 0; column < end; column++) {
      absorbedAt(context, column, relation, found);
    }
    absorbedAt(context, snapshot.columnCount + relation, relation, found);
    for (
      let pair = snapshot.backPairStart[relation] ?? 0;
      pair < (snapshot.backPairStart[relation + 1] ?? 0);
      pair++
    ) {
      const input = snapshot.backPairSource[pair] ?? 0;
      if (seen.has(input) || index.placeOf(input) < 0) continue;
      seen.add(input);
      queue.push(input);
    }
  }
  return [...found.values()].slice(0, ENOUGH);
}

function absorbedAt(
  context: ExplainContext,
  end: number,
  relation: number,
  found: Map<string, Absorber>,
): void {
  const { index, graph } = context;
  const { snapshot } = index.blast;
  const rules = rulesFor(snapshot);
  for (let at = snapshot.backStart[end] ?? 0; at < (snapshot.backStart[end + 1] ?? 0); at++) {
    const source = snapshot.backSource[at] ?? 0;
    const state = source >= 0 ? index.column(source) : index.rows(~source);
    const use = snapshot.backUse[at] ?? 0;
    const lane = LANES.findIndex((_, number) => levelIn(state, number) > 0);
    if (lane < 0 || (rules.consequences[use]?.[lane]?.length ?? 0) > 0) continue;
    const why = rules.stops[use]?.[lane];
    const edgeUse = snapshot.uses[use]?.use;
    if (why === undefined || edgeUse === undefined) continue;
    const name = assetAt(graph, index, relation).name;
    const node =
      end < snapshot.columnCount
        ? `col:${name}.${snapshot.columnNames[end] ?? ""}`
        : `rows:${name}`;
    found.set(`${node}|${edgeUse}`, { node, use: edgeUse, why });
  }
}
