import type { LooseRecord } from "#lib/ingest/loose-value.ts";
import type { Provenance } from "#lib/model/edge.ts";
import type { EventDataset, NameReader, OpenLineageEvent } from "./check-event.ts";
import {
  type ColumnLineage,
  type LineageFacet,
  NO_LINEAGE,
  readLineage,
} from "./column-lineage.ts";

/** A lineage facet as an event sent it. */
export interface SentLineage {
  readonly facet: LineageFacet;
  readonly lineage: ColumnLineage;
  /** What was wrong in the facet, and left out. */
  readonly complaints: readonly string[];
}

export interface PlacedEvent {
  readonly event: OpenLineageEvent;
  /** What the event's datasets have instead of facets of lineage; those without are not in it. */
  readonly lineage: ReadonlyMap<EventDataset, readonly SentLineage[]>;
  readonly provenance: Provenance;
}

/**
 * An event with its facets of lineage read: they are by far the largest part of it, and what they say takes a tenth of
 * their room. Nothing else of the event has to wait for its turn in memory.
 */
export function readEvent(
  event: OpenLineageEvent,
  { readName, provenance }: { readonly readName: NameReader; readonly provenance: Provenance },
): PlacedEvent {
  const lineage = new Map<EventDataset, readonly SentLineage[]>();
  const read = (dataset: EventDataset): EventDataset => {
    const { facets, sent } = takeLineage(dataset, readName);
    if (sent === undefined) return dataset;
    const bare: EventDataset = { name: dataset.name, ...facets };
    lineage.set(bare, sent);
    return bare;
  };
  const outputs = event.outputs.map(read);
  const dataset = event.dataset && read(event.dataset);
  return {
    event: { ...event, outputs, ...(dataset === undefined ? {} : { dataset }) },
    lineage,
    provenance,
  };
}

const FACETS: readonly LineageFacet[] = ["columnLineage", "lineage"];

function takeLineage(
  { facets, useFacets }: EventDataset,
  readName: NameReader,
): {
  readonly facets: Pick<EventDataset, "facets" | "useFacets">;
  readonly sent?: readonly SentLineage[];
} {
  // The Python client's third argument is `outputFacets`: facets of the dataset end up there by mistake.
  const found = FACETS.filter((facet) => facet in useFacets || facet in facets);
  if (found.length === 0) return { facets: { facets, useFacets } };
  const sent: SentLineage[] = [];
  for (const facet of found) {
    const value = facet in useFacets ? useFacets[facet] : facets[facet];
    for (const one of readFacet(facet, { value, readName })) sent.push(one);
  }
  return { facets: { facets: withoutLineage(facets), useFacets: withoutLineage(useFacets) }, sent };
}

/** Nothing where there is no facet: one that is null takes nothing back. */
export function readFacet(
  facet: LineageFacet,
  { value, readName }: { readonly value: unknown; readonly readName: NameReader },
): readonly SentLineage[] {
  if (value === undefined || value === null) return [];
  const complaints: string[] = [];
  const complain = (message: string): number => complaints.push(message);
  const lineage = readLineage(facet, value, { readName, complain }) ?? NO_LINEAGE;
  return [{ facet, lineage, complaints }];
}

function withoutLineage(facets: LooseRecord): LooseRecord {
  if (!FACETS.some((facet) => facet in facets)) return facets;
  const { columnLineage: _, lineage: __, ...rest } = facets;
  return rest;
}
