import { compareText } from "#lib/kit/compare-text.ts";
import type { AssetFact, ReadResult, SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { parseConnectors } from "./parse-connectors.ts";
import { readSink } from "./read-sink.ts";
import { readSource } from "./read-source.ts";

/**
 * Connectors of Kafka Connect. A sink makes a table of each topic, a source a topic of each table, by way of its transforms.
 * The SQL that says so is written from the configuration (`select * exclude ("card") rename …`), so that columns follow from
 * what is read, wherever its schema was read. A connector that is not known is an application that reads its topics in a way
 * not known.
 */
export function readConnectors(files: readonly SourceFile[]): ReadResult {
  const problems: Problem[] = [];
  const facts = new Map<string, AssetFact>();
  for (const file of files) {
    const parsed = parseConnectors(file);
    problems.push(...parsed.problems);
    for (const connector of parsed.connectors) {
      const { config } = connector;
      const isSink = config.has("topics") || config.has("topics.regex");
      const read = isSink ? readSink(connector) : readSource(connector);
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

/**
 * Several topics may flow into one table, several connectors read one topic, and what one reads another may fill: whoever
 * fills it speaks of it, and the names by which it is read are kept.
 */
function addFact(facts: Map<string, AssetFact>, fact: AssetFact): void {
  const key = keyOf(fact);
  const known = facts.get(key);
  if (known === undefined) {
    facts.set(key, fact);
    return;
  }
  const { placeholder, localNames: _, ...base } = known.placeholder === true ? fact : known;
  const localNames = [...new Set([...(known.localNames ?? []), ...(fact.localNames ?? [])])];
  facts.set(key, {
    ...base,
    ...(known.placeholder === true && placeholder === true ? { placeholder } : {}),
    ...(localNames.length === 0 ? {} : { localNames }),
    queries: [...known.queries, ...fact.queries],
    edges: [...known.edges, ...fact.edges],
  });
}
