import { asRecord, asText, type LooseRecord, recordsIn, textsIn } from "#lib/ingest/loose-value.ts";
import { parseEventTime } from "#lib/ingest/openlineage/event-time.ts";
import { makeTable } from "#lib/kit/make-table.ts";
import { asFound, findingOf } from "../finding.ts";
import type { Showing } from "../observation.ts";
import { dbtNodeNames } from "./dbt-node-names.ts";
import { showsByError } from "./shows-by-error.ts";
import type { Signal } from "./signal.ts";

const TOLD_BY = "dbt";
const MOST_WORDS = 300;
const OVER = new Set(["success", "pass"]);
const FIRING: Readonly<Record<string, true>> = makeTable({
  error: true,
  fail: true,
  "runtime error": true,
});

export interface DbtResults {
  /** `run_results.json` or `sources.json`, parsed. */
  readonly results: LooseRecord;
  /** `manifest.json`, parsed: says what a test is about. */
  readonly manifest?: unknown;
  /** ISO 8601. */
  readonly now: string;
}

/**
 * Models that failed, tests that did, sources that are older than promised, of one invocation of dbt. What was skipped or only
 * warned says nothing. Undefined: these are no results of dbt.
 */
export function readDbtSignals({
  results,
  manifest,
  now,
}: DbtResults): readonly Signal[] | undefined {
  const metadata = asRecord(results["metadata"]);
  const version = asText(metadata?.["dbt_schema_version"]) ?? "";
  if (!/\/(?:run-results|sources)\//.test(version)) return undefined;
  const whole = asRecord(manifest);
  const nodes = { ...asRecord(whole?.["unit_tests"]), ...asRecord(whole?.["nodes"]) };
  const at = parseEventTime(asText(metadata?.["generated_at"]) ?? "")?.iso ?? now;
  return recordsIn(results["results"]).flatMap((result) => {
    const id = asText(result["unique_id"]);
    const status = asText(result["status"])?.toLowerCase() ?? "";
    if (id === undefined || !(OVER.has(status) || FIRING[status])) return [];
    return [
      signalOf({ result, id, nodes, node: asRecord(nodes[id]), isOver: OVER.has(status), at }),
    ];
  });
}

interface OneResult {
  readonly result: LooseRecord;
  readonly id: string;
  /** Of the manifest, by id. */
  readonly nodes: LooseRecord;
  readonly node: LooseRecord | undefined;
  readonly isOver: boolean;
  readonly at: string;
}

function signalOf({ result, id, nodes, node, isOver, at }: OneResult): Signal {
  const kind = id.split(".")[0] ?? "";
  const isTest = kind === "test" || kind === "unit_test";
  const column = isTest ? testedColumn(node) : undefined;
  // A source that could not be read at all says so elsewhere than one that is late.
  const error = asText(result["error"]);
  return {
    refs: isTest
      ? testedRefs(id, { node, nodes, result })
      : nodeRefs(id, asText(result["relation_name"])),
    ...(column === undefined ? {} : { column }),
    check: isTest ? testOf(id) : kind === "source" ? "freshness" : "run",
    shows: error !== undefined && !isTest ? showsByError(error) : showingOf(kind, isTest),
    ...(isTest ? asFound(findingOf(testName(node) ?? testOf(id))) : {}),
    isOver,
    at,
    seen: (asText(result["message"]) ?? error ?? (isOver ? "as it should be" : "failed")).slice(
      0,
      MOST_WORDS,
    ),
    toldBy: TOLD_BY,
  };
}

const showingOf = (kind: string, isTest: boolean): Showing =>
  isTest ? "wrong" : kind === "source" ? "stale" : "fails";

/** The name of a test: `test.shop.not_null_orders_id.0a1b`, `unit_test.shop.orders.test_empty`. */
function testOf(id: string): string {
  const [kind, , first, ...rest] = id.split(".");
  return (kind === "unit_test" ? rest.join(".") : first) || id;
}

/** By the name in the warehouse, by what dbt's own id says. */
function nodeRefs(id: string, relation: string | undefined): readonly string[] {
  const plain = relation?.replaceAll(/["`[\]]/g, "");
  return [
    ...new Set([
      ...(plain === undefined ? [] : [plain]),
      ...(dbtNodeNames(id) ?? [id.split(".").at(-1) ?? id]),
    ]),
  ];
}

function testedColumn(node: LooseRecord | undefined): string | undefined {
  const kwargs = asRecord(asRecord(node?.["test_metadata"])?.["kwargs"]);
  return asText(node?.["column_name"]) ?? asText(kwargs?.["column_name"]);
}

/** The generic test, whatever the project calls its instance. */
const testName = (node: LooseRecord | undefined): string | undefined =>
  asText(asRecord(node?.["test_metadata"])?.["name"]);

/** With the manifest the model that the test is attached to; without it what the compiled query reads. */
function testedRefs(
  id: string,
  { node, nodes, result }: Pick<OneResult, "node" | "nodes" | "result">,
): readonly string[] {
  if (id.startsWith("unit_test.")) return nodeRefs(id, undefined);
  const dependsOn = textsIn(asRecord(node?.["depends_on"])?.["nodes"]);
  const attached = asText(node?.["attached_node"]) ?? dependsOn.at(-1);
  if (attached !== undefined)
    return nodeRefs(attached, asText(asRecord(nodes[attached])?.["relation_name"]));
  const compiled = asText(result["compiled_code"]) ?? "";
  const read = /\bfrom\s+((?:["`\w-]+\.)*["`\w-]+)/i.exec(compiled)?.[1];
  return read === undefined ? [id] : [read.replaceAll(/["`]/g, ""), id];
}
