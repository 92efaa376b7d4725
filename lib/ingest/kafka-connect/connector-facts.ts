import type { Provenance } from "#lib/model/edge.ts";
import type { AssetFact, EdgeFact, FactEnd, QueryFact } from "#lib/model/fact.ts";
import type { TablePlace } from "../table-place.ts";
import type { Connector } from "./parse-connectors.ts";

/** As in the reader of schemas: topics whose broker nobody named. */
const TOPICS = "kafka";

/** What is read by a name that only queries of this source know, so that nothing else of the name is meant. */
export interface Mention {
  readonly fact: AssetFact;
  readonly end: FactEnd;
  /** As it stands in SQL. */
  readonly sqlName: string;
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function mention(fact: AssetFact, local: string): Mention {
  const { name, path } = fact;
  return {
    fact: { ...fact, localNames: [local], placeholder: true },
    end: path === undefined ? { name } : { name, path },
    sqlName: quote(local),
  };
}

export const mentionTopic = (topic: string, provenance: Provenance): Mention =>
  mention(topicFact(topic, provenance), `kafka topic ${topic}`);

export const mentionTable = (place: TablePlace, provenance: Provenance): Mention =>
  mention(tableFact(place, provenance), `table ${place.namespace} ${place.path.join(".")}`);

export const topicFact = (topic: string, provenance: Provenance): AssetFact => ({
  name: { namespace: TOPICS, name: topic },
  path: [topic],
  kind: "topic",
  attributes: {},
  edges: [],
  queries: [],
  provenance,
});

export const tableFact = (place: TablePlace, provenance: Provenance): AssetFact => ({
  name: { namespace: place.namespace, name: place.path.join(".") },
  path: place.path,
  kind: place.kind ?? "table",
  attributes: {},
  edges: [],
  queries: [],
  provenance,
});

/** A connector that itself is what is known of it. */
export const connectorFact = (
  { name, provenance }: Connector,
  reads: Partial<Pick<AssetFact, "edges" | "queries">>,
): AssetFact => ({
  name: { namespace: "kafka-connect", name },
  kind: "application",
  attributes: {},
  edges: [],
  queries: [],
  ...reads,
  provenance,
});

export const unknownEdge = (from: FactEnd, provenance: Provenance): EdgeFact => ({
  from,
  use: "UNKNOWN",
  provenance,
});

/** The connector takes the fields that a row has; naming one that is gone is no error. */
export const copyingQuery = (query: Pick<QueryFact, "name" | "sql" | "provenance">): QueryFact => ({
  ...query,
  dialect: "duckdb",
  live: { mode: "lists", written: [] },
});
