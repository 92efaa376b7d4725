import type { AssetName } from "#lib/model/asset-id.ts";
import type { Provenance } from "#lib/model/edge.ts";
import { type EdgeLanes, factLanes, factWithLanes, laneAt } from "#lib/model/edge-lanes.ts";
import type { AssetFact, EdgeFact } from "#lib/model/fact.ts";

/**
 * The earlier of two facts that say the same, with the lists of the later one where these are its edges one by one, places
 * included: files that are read again then go through as quickly as the first time.
 */
export function keepAsLists(first: AssetFact, second: AssetFact): AssetFact {
  const lanes = factLanes(second);
  if (lanes === undefined || factLanes(first) !== undefined) return first;
  const { edges, ...head } = first;
  const isSame =
    edges.length === lanes.end.length && edges.every((edge, at) => isEdgeAt(edge, lanes, at));
  return isSame ? factWithLanes({ ...head, edges: [] }, lanes) : first;
}

function isEdgeAt(edge: EdgeFact, lanes: EdgeLanes, at: number): boolean {
  const end = lanes.ends[lanes.end[at] ?? -1];
  const said = lanes.said[at];
  return (
    end !== undefined &&
    said !== undefined &&
    edge.extra === undefined &&
    edge.from.column === lanes.fromColumn[at] &&
    edge.toColumn === lanes.toColumn[at] &&
    edge.use === said.use &&
    edge.cap === said.cap &&
    edge.expression === said.expression &&
    isSameName(edge.from.name, end.name) &&
    isSamePath(edge.from.path, end.path) &&
    isSameName(edge.via, laneAt(lanes.via, at)) &&
    isSamePlace(edge.provenance, laneAt(lanes.provenance, at))
  );
}

const isSameName = (a: AssetName | undefined, b: AssetName | undefined): boolean =>
  a === b || (a?.name === b?.name && a?.namespace === b?.namespace);

const isSamePath = (a: readonly string[] | undefined, b: readonly string[] | undefined): boolean =>
  a === b || (a !== undefined && a.length === b?.length && a.every((part, at) => part === b[at]));

const isSamePlace = (a: Provenance, b: Provenance | undefined): boolean =>
  a === b || (a.file === b?.file && a.line === b?.line && a.event === b?.event);
