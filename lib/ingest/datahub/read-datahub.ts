import { parseJsonText } from "#lib/ingest/parse-structured-text.ts";
import type { AssetFact, ReadResult, SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { Entities } from "./aspects.ts";
import { consumerFacts } from "./consumer-facts.ts";
import { datasetFacts } from "./dataset-facts.ts";
import { createNames } from "./entity-names.ts";
import { mlFacts } from "./ml-facts.ts";

/**
 * What a DataHub knows: the file of its file sink (snapshots and single aspects), answers of its OpenAPI and of GraphQL, in any
 * number of files. Datasets with columns, column lineage, owners, domains, tags and incidents; jobs, dashboards, charts and
 * models. What it says is removed is left out.
 */
export function readDatahub(files: readonly SourceFile[]): ReadResult {
  const problems: Problem[] = [];
  const entities = new Entities();
  for (const file of files) {
    const parsed = parseLines(file);
    for (const one of parsed.problems) problems.push(one);
    for (const value of parsed.values) {
      if (!entities.add(value, { file: file.path })) problems.push(notDatahub(file));
    }
  }
  const names = createNames(entities);
  const facts: readonly AssetFact[] = [
    ...datasetFacts(entities, names),
    ...consumerFacts(entities, names),
    ...mlFacts(entities, names),
  ];
  return { facts, problems };
}

/** A file is one value, or one on each line. */
function parseLines(file: SourceFile): {
  readonly values: readonly unknown[];
  readonly problems: readonly Problem[];
} {
  const whole = parseJsonText(file.path, file.text);
  if (whole.ok) return { values: [whole.value], problems: [] };
  const lines = file.text.split("\n").filter((line) => /\S/.test(line));
  const first = lines[0] === undefined ? undefined : parseJsonText(file.path, lines[0]);
  if (!first?.ok) return { values: [], problems: [whole.error] };
  const problems: Problem[] = [];
  const values = lines.flatMap((line, index) => {
    const parsed = parseJsonText(file.path, line);
    if (parsed.ok) return [parsed.value];
    problems.push({ ...parsed.error, line: index + 1 });
    return [];
  });
  return { values, problems };
}

const notDatahub = ({ path }: SourceFile): Problem => ({
  code: "wrong-shape",
  message: "neither entries of DataHub's file sink nor an answer of its interfaces",
  next: "Export with a recipe whose sink is of type `file`, or save an answer of /openapi/v3/entity or of GraphQL.",
  file: path,
  severity: "error",
});
