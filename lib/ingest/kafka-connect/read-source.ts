import type { AssetFact, ReadResult } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import {
  connectorFact,
  copyingQuery,
  mentionTable,
  topicFact,
  unknownEdge,
} from "./connector-facts.ts";
import { noDatabase, noTables, notFollowed, notRead } from "./connector-problems.ts";
import type { Connector } from "./parse-connectors.ts";
import { SOURCES, type SourceQuery, type SourceTable } from "./place-source.ts";
import { selectCaptured } from "./select-captured.ts";
import { transformedTopic } from "./transformed-topic.ts";

/**
 * A connector that makes a topic of each table. The tables are those that it lists, or that the worker says it has read; of a
 * pattern alone it is not known, so that the connector itself may read anything.
 */
export function readSource(connector: Connector): ReadResult {
  const read = SOURCES.get(connector.config.get("connector.class") ?? "");
  if (read === undefined) return { facts: [], problems: [notRead(connector)] };
  const found = read(connector);
  if (found === undefined) return { facts: [], problems: [noDatabase(connector)] };
  const problems: Problem[] = [];
  const facts = found.tables.flatMap((table) => capturedTable(connector, table, problems));
  if (found.query !== undefined) facts.push(queriedTopic(connector, found.query, problems));
  if (found.patterns.length > 0) {
    problems.push(noTables(connector, found.patterns.join(", ")));
    facts.push(readsAnything(connector, found.patterns));
  }
  return { facts, problems };
}

function capturedTable(
  connector: Connector,
  { topic, place, listed }: SourceTable,
  problems: Problem[],
): AssetFact[] {
  const { config, name, provenance } = connector;
  const captured = selectCaptured(listed, connector);
  const { sql, routed, lost } = transformedTopic({ topic, config, sql: captured.sql });
  const all = [...captured.lost, ...lost];
  for (const one of all) problems.push(notFollowed(connector, one));
  const { fact, end, sqlName } = mentionTable(place, provenance);
  const filled = topicFact(routed, provenance);
  if (all.length > 0) return [fact, { ...filled, edges: [unknownEdge(end, provenance)] }];
  const query = copyingQuery({ name: `${name}: ${listed}`, sql: sql(sqlName), provenance });
  return [fact, { ...filled, queries: [query] }];
}

/** Its own SQL, in the dialect of its database as long as no transform is around it. */
function queriedTopic(
  connector: Connector,
  { topic, sql, dialect, defaultPath }: SourceQuery,
  problems: Problem[],
): AssetFact {
  const { config, name, provenance } = connector;
  const around = transformedTopic({ topic, config, sql: () => sql });
  for (const one of around.lost) problems.push(notFollowed(connector, one));
  const text = around.sql("");
  const query = {
    name: `${name}: query`,
    sql: text,
    dialect: text === sql ? dialect : "duckdb",
    ...(defaultPath.length === 0 ? {} : { defaultPath }),
    provenance,
  };
  return { ...topicFact(around.routed, provenance), queries: [query] };
}

/** Any change may concern it: it is listed among those of which nobody knows what they read. */
const readsAnything = (connector: Connector, patterns: readonly string[]): AssetFact =>
  connectorFact(connector, {
    queries: [
      {
        name: "tables",
        sql: `/* ${patterns.join(", ").replaceAll("*/", "* /")} */`,
        dialect: "duckdb",
        provenance: connector.provenance,
      },
    ],
  });
