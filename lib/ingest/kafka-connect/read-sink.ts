import type { ReadResult } from "#lib/model/fact.ts";
import {
  connectorFact,
  copyingQuery,
  mentionTopic,
  tableFact,
  unknownEdge,
} from "./connector-facts.ts";
import { noTopics, notFollowed, unknownClass } from "./connector-problems.ts";
import { listOf } from "./name-list.ts";
import type { Connector } from "./parse-connectors.ts";
import { placeSink, SINKS } from "./place-sink.ts";
import { sinkLayout } from "./sink-layout.ts";
import { transformedTopic } from "./transformed-topic.ts";

/** A connector that makes a table of each topic. Topics of a pattern are those that the worker says it has read. */
export function readSink(connector: Connector): ReadResult {
  const { config, name, provenance } = connector;
  const listed = listOf(config.get("topics"));
  const topics = listed.length > 0 ? listed : (connector.activeTopics ?? []);
  const problems = topics.length === 0 ? [noTopics(connector)] : [];
  const layout = sinkLayout(connector);
  const facts = topics.flatMap((topic) => {
    const { sql, routed, lost } = transformedTopic({ topic, config });
    for (const one of lost) problems.push(notFollowed(connector, one));
    const place = placeSink({ connector, topic: routed });
    const { fact, end, sqlName } = mentionTopic(topic, provenance);
    const unknown = unknownEdge(end, provenance);
    if (place === undefined) return [fact, connectorFact(connector, { edges: [unknown] })];
    const row = layout.sql(sql(sqlName));
    const query = copyingQuery({ name: `${name}: ${topic}`, sql: row, provenance });
    const table = tableFact(place, provenance);
    const columns = layout.columns?.map((column) => ({ name: column }));
    return [
      fact,
      lost.length > 0
        ? { ...table, ...(columns ? { columns } : {}), edges: [unknown] }
        : { ...table, queries: [query] },
    ];
  });
  if (!SINKS.has(config.get("connector.class") ?? "")) problems.push(unknownClass(connector));
  return { facts, problems };
}
