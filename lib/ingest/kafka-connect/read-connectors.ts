import type { Provenance } from "#lib/model/edge.ts";
import type { AssetFact, EdgeFact, QueryFact, ReadResult, SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { compareText } from "../loose-value.ts";
import type { TablePlace } from "../table-place.ts";
import { type Connector, parseConnectors } from "./parse-connectors.ts";
import { placeSink, SINKS } from "./place-sink.ts";
import { transformedTopic } from "./transformed-topic.ts";

/** As in the reader of schemas: topics whose broker nobody named. */
const TOPICS = "kafka";

/**
 * Sink connectors of Kafka Connect: each topic with what its transforms make of it is what a table is made of. The SQL that
 * says so is written from the configuration (`select * exclude ("card") rename …`), so that columns follow from the topic's
 * schema, wherever that was read. A connector that is not known is an application that reads its topics in a way not known.
 */
export function readConnectors(files: readonly SourceFile[]): ReadResult {
  const problems: Problem[] = [];
  const facts = new Map<string, AssetFact>();
  for (const file of files) {
    const parsed = parseConnectors(file);
    problems.push(...parsed.problems);
    for (const connector of parsed.connectors) {
      const read = readConnector(connector);
      problems.push(...read.problems);
      for (const fact of read.facts) addFact(facts, fact);
    }
  }
  return {
    facts: [...facts.values()].sort((a, b) => compareText(keyOf(a), keyOf(b))),
    problems,
  };
}

const keyOf = ({ name }: AssetFact): string => `${name.namespace}\u0000${name.name}`;

/** Several topics may flow into one table, and several connectors read one topic. */
function addFact(facts: Map<string, AssetFact>, fact: AssetFact): void {
  const key = keyOf(fact);
  const known = facts.get(key);
  if (known === undefined) facts.set(key, fact);
  else
    facts.set(key, {
      ...known,
      queries: [...known.queries, ...fact.queries],
      edges: [...known.edges, ...fact.edges],
    });
}

function readConnector(connector: Connector): ReadResult {
  const { config, name, provenance } = connector;
  const isSource =
    config.has("topic.prefix") || (!config.has("topics") && !config.has("topics.regex"));
  if (isSource) return { facts: [], problems: [notRead(connector)] };
  const topics = listOf(config.get("topics"));
  const problems = topics.length === 0 ? [noTopics(connector)] : [];
  const facts = topics.flatMap((topic) => {
    const { sql, routed, lost } = transformedTopic({ topic, config });
    for (const one of lost) problems.push(notFollowed(connector, one));
    const place = placeSink({ connector, topic: routed });
    const topicFact = mentionTopic(topic, provenance);
    if (place === undefined) return [topicFact, unknownSink(connector, topic)];
    const query = { name: `${name}: ${topic}`, sql, provenance };
    return [topicFact, sinkFact({ place, topic, query, isLost: lost.length > 0, provenance })];
  });
  if (!SINKS.has(config.get("connector.class") ?? "")) problems.push(unknownClass(connector));
  return { facts, problems };
}

const listOf = (text: string | undefined): readonly string[] =>
  (text ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

const problemOf = (
  { name, provenance }: Connector,
  said: Pick<Problem, "code" | "message"> & { readonly next: string },
): Problem => ({
  ...said,
  message: `connector ${name}: ${said.message}`,
  ...(provenance.file === undefined ? {} : { file: provenance.file }),
  ...(provenance.line === undefined ? {} : { line: provenance.line }),
  severity: "warning",
});

const notRead = (connector: Connector): Problem => ({
  ...problemOf(connector, {
    code: "not-recognised",
    message: "it fills topics; only connectors that read topics are read",
    next: "Tell what fills the topics by OpenLineage, or in a graph file.",
  }),
  severity: "info",
});

const noTopics = (connector: Connector): Problem =>
  problemOf(connector, {
    code: "wrong-shape",
    message: "its topics are named by a pattern, which says nothing of the topics there are",
    next: "List them as `topics`, or in a graph file.",
  });

const unknownClass = (connector: Connector): Problem =>
  problemOf(connector, {
    code: "unknown-kind",
    message: `where ${connector.config.get("connector.class") ?? "a connector without class"} writes is not known`,
    next: "It is shown as an application that reads its topics; say in a graph file what it writes.",
  });

const notFollowed = (connector: Connector, transform: string): Problem =>
  problemOf(connector, {
    code: "wrong-shape",
    message: `the transform ${transform} is not followed; which columns come out of it is not known`,
    next: "Say in a graph file which column becomes which.",
  });

/** Queries of this source read it by a name of its own, so that no table of the topic's name is meant. */
const localTopic = (topic: string): string => `kafka topic ${topic}`;

function mentionTopic(topic: string, provenance: Provenance): AssetFact {
  return {
    name: { namespace: TOPICS, name: topic },
    path: [topic],
    kind: "topic",
    attributes: {},
    edges: [],
    queries: [],
    localNames: [localTopic(topic)],
    provenance,
    placeholder: true,
  };
}

function sinkFact({
  place,
  topic,
  query,
  isLost,
  provenance,
}: {
  readonly place: TablePlace;
  readonly topic: string;
  readonly query: Pick<QueryFact, "name" | "provenance"> & {
    readonly sql: (from: string) => string;
  };
  readonly isLost: boolean;
  readonly provenance: Provenance;
}): AssetFact {
  const written: QueryFact = {
    ...query,
    sql: query.sql(`"${localTopic(topic).replaceAll('"', '""')}"`),
    dialect: "duckdb",
    // The connector takes the fields that a message has; naming one that is gone is no error.
    live: { mode: "lists", written: [] },
  };
  return {
    name: { namespace: place.namespace, name: place.path.join(".") },
    path: place.path,
    kind: place.kind ?? "table",
    attributes: {},
    edges: isLost ? [unknownEdge(topic, provenance)] : [],
    queries: isLost ? [] : [written],
    provenance,
  };
}

const unknownEdge = (topic: string, provenance: Provenance): EdgeFact => ({
  from: { name: { namespace: TOPICS, name: topic }, path: [topic] },
  use: "UNKNOWN",
  provenance,
});

function unknownSink({ name, provenance }: Connector, topic: string): AssetFact {
  return {
    name: { namespace: "kafka-connect", name },
    kind: "application",
    attributes: {},
    edges: [unknownEdge(topic, provenance)],
    queries: [],
    provenance,
  };
}
