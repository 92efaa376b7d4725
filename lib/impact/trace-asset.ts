import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import { findAsset } from "#lib/graph/snapshot.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { TraceNode, TraceStep } from "./assessment.ts";
import type { Blast } from "./blast.ts";
import { BlastIndex } from "./blast-index.ts";
import { certaintyOf, LANES, laneAt, levelIn, publicEffect } from "./effects.ts";
import { assetAt } from "./explain.ts";
import { type Cause, CauseBook, type Finding, findingKey } from "./find-causes.ts";
import { findStops, inputsOf, type Place, type Stop } from "./find-stops.ts";

/** More than anybody reads; `skipped` on the last one says how many there are beside. */
const MOST_NODES = 500;

interface TraceInput {
  readonly blast: Blast;
  readonly graph: MergedGraph;
  readonly asset: AssetId;
}

/**
 * Every step of the pass that leads to an asset, or that ends on the way to it: each node with what is wrong there, what
 * brings it about, and which effects its inputs have that stop here. In the order of the graph, the change first.
 */
export function traceAsset({ blast, graph, asset }: TraceInput): readonly TraceNode[] {
  const relation = findAsset(blast.snapshot, asset);
  if (relation < 0) return [];
  const trace = new Trace(blast, graph);
  return trace.from(relation);
}

class Trace {
  readonly #index: BlastIndex;
  readonly #graph: MergedGraph;
  readonly #causes: CauseBook;
  readonly #steps = new Map<string, { readonly place: Place; readonly node: TraceNode }>();

  constructor(blast: Blast, graph: MergedGraph) {
    this.#index = new BlastIndex(blast);
    this.#graph = graph;
    this.#causes = new CauseBook(this.#index);
  }

  from(relation: number): readonly TraceNode[] {
    const waiting: Place[] = [
      { slot: "run", id: relation },
      { slot: "rows", id: relation },
      ...[...this.#index.columnsOf(relation)].map((id): Place => ({ slot: "col", id })),
    ];
    for (let at = 0; at < waiting.length; at++) {
      const place = waiting[at];
      if (place === undefined || this.#steps.has(keyOf(place))) continue;
      const { node, inputs } = this.#visit(place);
      this.#steps.set(keyOf(place), { place, node });
      waiting.push(...inputs);
    }
    const all = [...this.#steps.values()]
      .filter(({ node }) => node.effects.length > 0 || node.stops.length > 0)
      .sort((a, b) => this.#orderOf(a.place) - this.#orderOf(b.place))
      .map(({ node }) => node);
    if (all.length <= MOST_NODES) return all;
    const [first, ...kept] = all.slice(-MOST_NODES);
    return first === undefined ? [] : [{ ...first, skipped: all.length - MOST_NODES }, ...kept];
  }

  #visit(place: Place): { readonly node: TraceNode; readonly inputs: readonly Place[] } {
    const state = this.#stateOf(place);
    const causes = LANES.flatMap((_, lane) =>
      levelIn(state, lane) === 0 ? [] : this.#causesOf({ ...place, lane }),
    );
    const stops = findStops(this.#index, place);
    return {
      node: {
        ...this.#name(place),
        effects: LANES.flatMap((lane, number) => {
          const level = levelIn(state, number);
          return level === 0 ? [] : [{ effect: publicEffect(lane), certainty: certaintyOf(level) }];
        }),
        steps: causes.map(({ finding, cause }) => this.#step(finding, cause)),
        stops: stops.map((stop) => this.#stop(stop)),
      },
      inputs: [
        ...causes.map(({ cause }): Place => ({ slot: cause.from.slot, id: cause.from.id })),
        ...inputsOf(this.#index, place),
      ],
    };
  }

  #causesOf(finding: Finding): readonly { readonly finding: Finding; readonly cause: Cause }[] {
    const seen = new Set<string>();
    return this.#causes.causesOf(finding, 1).flatMap((cause) => {
      const key = `${findingKey(cause.from)} ${cause.rule.id} ${cause.use}`;
      if (seen.has(key)) return [];
      seen.add(key);
      return [{ finding, cause }];
    });
  }

  #step(finding: Finding, { from, rule, use, note }: Cause): TraceStep {
    return {
      gives: publicEffect(laneAt(finding.lane)),
      ...this.#input({ from, use, note }),
      rule: rule.id,
      text: rule.text,
    };
  }

  #stop({ from, use, note, why }: Stop): TraceNode["stops"][number] {
    return { ...this.#input({ from, use, note }), text: why };
  }

  #input({
    from,
    use,
    note,
  }: {
    readonly from: Finding;
    readonly use: number;
    readonly note: number;
  }) {
    const { snapshot } = this.#index.blast;
    const edgeUse = snapshot.uses[use]?.use;
    const said = note < 0 ? undefined : snapshot.notes.at(note);
    const { node, inside } = this.#name(from);
    return {
      from: node,
      ...(inside === undefined ? {} : { inside }),
      effect: publicEffect(laneAt(from.lane)),
      certainty: certaintyOf(levelIn(this.#stateOf(from), from.lane)),
      ...(edgeUse === undefined ? {} : { use: edgeUse }),
      ...(said?.expression === undefined ? {} : { expression: said.expression }),
      ...(said?.provenance === undefined ? {} : { provenance: said.provenance }),
    };
  }

  #name({ slot, id }: Place): Pick<TraceNode, "node" | "asset" | "inside"> {
    const relation = this.#relationOf({ slot, id });
    const asset = assetAt(this.#graph, this.#index, relation);
    const label = this.#index.blast.snapshot.labels[relation];
    return {
      node:
        slot === "col" ? `col:${asset.name}.${this.#index.nameOf(id)}` : `${slot}:${asset.name}`,
      asset: asset.id,
      ...(label === undefined || label === "" ? {} : { inside: label }),
    };
  }

  #relationOf = ({ slot, id }: Place): number => (slot === "col" ? this.#index.relationOf(id) : id);

  #stateOf({ slot, id }: Place) {
    if (slot === "col") return this.#index.column(id);
    return slot === "run" ? this.#index.run(id) : this.#index.rows(id);
  }

  /** By the relation's place; within it the run, the rows, the columns. */
  #orderOf(place: Place): number {
    const slot = place.slot === "run" ? 0 : place.slot === "rows" ? 0.1 : 0.2;
    return this.#index.placeOf(this.#relationOf(place)) + slot;
  }
}

const keyOf = ({ slot, id }: Place): string => `${slot} ${id}`;
