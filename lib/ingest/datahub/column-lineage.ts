import { asNumber, asText, type LooseRecord, recordsIn, textsIn } from "#lib/ingest/loose-value.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import type { Provenance } from "#lib/model/edge.ts";
import type { EdgeFact, FactEnd } from "#lib/model/fact.ts";
import { fieldOf } from "./urn.ts";

/** What lineage of an aspect is put together from. */
export interface LineagePart {
  /** A dataset as the end of an edge. */
  readonly endOf: (urn: string) => FactEnd | undefined;
  /** A field's path as a column of its dataset. */
  readonly columnOf: (dataset: string, path: string) => string;
  readonly via?: AssetName;
  readonly provenance: Provenance;
}

/** An edge into a dataset. */
export interface PlacedEdge {
  readonly into: string;
  readonly from: string;
  readonly edge: EdgeFact;
}

/**
 * Fine-grained lineage as edges: each upstream field into each downstream field of one entry. `into` is the dataset of what
 * names none downstream.
 */
export function fineGrainedEdges(
  lineages: unknown,
  part: LineagePart & { readonly into?: string },
): readonly PlacedEdge[] {
  return recordsIn(lineages).flatMap((entry) => {
    const upstreams = textsIn(entry["upstreams"]);
    const downstreams = textsIn(entry["downstreams"]);
    const use = usesOf(entry, upstreams.length);
    return (downstreams.length === 0 ? [undefined] : downstreams).flatMap((downstream) =>
      upstreams.flatMap((upstream) => edgeOf({ upstream, downstream, use, part })),
    );
  });
}

type Said = Pick<EdgeFact, "use" | "cap" | "expression">;

function edgeOf({
  upstream,
  downstream,
  use,
  part,
}: {
  readonly upstream: string;
  readonly downstream: string | undefined;
  readonly use: Said;
  readonly part: LineagePart & { readonly into?: string };
}): readonly PlacedEdge[] {
  const to = downstream === undefined ? undefined : fieldOf(downstream);
  const field = fieldOf(upstream);
  const dataset = field?.dataset ?? upstream;
  const end = part.endOf(dataset);
  const into = to?.dataset ?? (downstream?.startsWith("urn:li:dataset:") ? downstream : part.into);
  if (end === undefined || into === undefined) return [];
  const column = field && part.columnOf(dataset, field.column);
  const toColumn = to && part.columnOf(to.dataset, to.column);
  const isValue = column !== undefined && toColumn !== undefined;
  return [
    {
      into,
      from: dataset,
      edge: {
        from: { ...end, ...(column === undefined ? {} : { column }) },
        ...(toColumn === undefined ? {} : { toColumn }),
        ...(isValue ? use : { use: "UNKNOWN" as const }),
        ...(part.via === undefined ? {} : { via: part.via }),
        provenance: part.provenance,
      },
    },
  ];
}

const PASSED_ON = /^(?:identity|copy|as[ _-]?is|pass[ _-]?through)\b/i;
/** Below it DataHub's own SQL parser says that it guessed. */
const SURE = 0.9;

/**
 * DataHub keeps which fields a field is made from, and a free text of how. One source is taken as passed on, which absorbs
 * least; several cannot all be.
 */
function usesOf(entry: LooseRecord, upstreams: number): Said {
  const operation = asText(entry["transformOperation"]);
  const confidence = asNumber(entry["confidenceScore"]) ?? 1;
  const isPassedOn = operation !== undefined && PASSED_ON.test(operation);
  const isPlain = operation === undefined || /^transform$/i.test(operation);
  const expression = isPlain || isPassedOn ? undefined : operation.slice(0, 200);
  const use = upstreams === 1 && (isPassedOn || isPlain) ? "IDENTITY" : "ARITH";
  const isCertain = isPassedOn && upstreams === 1 && confidence >= SURE;
  return {
    use,
    ...(isCertain ? {} : { cap: confidence < 0.5 ? ("possible" as const) : ("likely" as const) }),
    ...(expression === undefined ? {} : { expression }),
  };
}
