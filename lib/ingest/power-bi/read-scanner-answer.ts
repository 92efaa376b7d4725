import {
  asRecord,
  asText,
  type LooseRecord,
  ownValue,
  recordsIn,
  withoutUndefined,
} from "#lib/ingest/loose-value.ts";
import { parseJsonText } from "#lib/ingest/parse-structured-text.ts";
import { READS_NOT_KNOWN } from "#lib/model/claim.ts";
import type { AssetFact, EdgeFact, ReadResult, SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { NAMESPACE, readModelFacts } from "./model-facts.ts";
import { readBimModel } from "./semantic-model.ts";

/** The metadata scan of a tenant: `{"workspaces": [...]}`. */
export const isScannerAnswer = ({ text }: SourceFile): boolean =>
  /"workspaces"\s*:\s*\[/.test(text.slice(0, 65_536));

/**
 * An answer of Power BI's scanner API. It tells models with their queries and measures, and which report reads which
 * model, but no report's visuals: a report there reads all of its model, in a way that is not known.
 */
export function readScannerAnswer(file: SourceFile): ReadResult {
  const parsed = parseJsonText(file.path, file.text);
  if (!parsed.ok) return { facts: [], problems: [parsed.error] };
  const workspaces = recordsIn(ownValue(asRecord(parsed.value), "workspaces"));
  const facts: AssetFact[] = [];
  const problems: Problem[] = [];
  const counts = new Map<string, number>();
  for (const workspace of workspaces)
    for (const key of KINDS)
      for (const one of recordsIn(workspace[key])) {
        const title = `${key}/${titleOf(one)}`;
        counts.set(title, (counts.get(title) ?? 0) + 1);
      }
  // Two workspaces may hold a model or report of one name.
  const nameIn = (workspace: LooseRecord, key: Kind, one: LooseRecord): string =>
    (counts.get(`${key}/${titleOf(one)}`) ?? 0) > 1
      ? `${asText(workspace["name"]) ?? asText(workspace["id"]) ?? "workspace"}/${titleOf(one)}`
      : titleOf(one);
  const tablesOf = new Map<string, readonly AssetFact[]>();
  const reportNames = new Map<string, string>();
  const models: ScannedModel[] = [];
  for (const workspace of workspaces) {
    for (const dataset of recordsIn(workspace["datasets"])) {
      const model = readBimModel(nameIn(workspace, "datasets", dataset), file.path, dataset);
      const read = readModelFacts(model);
      problems.push(...read.problems);
      const own = read.facts.filter(({ name }) => name.namespace === NAMESPACE);
      tablesOf.set(asText(dataset["id"]) ?? model.title, own);
      models.push({ title: model.title, dataset, facts: read.facts });
      if (own.length === 0) problems.push(noTables(model.title, file.path));
    }
  }
  for (const { title, dataset, facts: own } of models) {
    const upstream = recordsIn(dataset["upstreamDatasets"]).map(
      (one) => tablesOf.get(asText(one["targetDatasetId"]) ?? "") ?? [],
    );
    if (upstream.some((tables) => tables.length === 0))
      problems.push(noModel(`model ${title}`, file.path));
    facts.push(...builtOn(own, upstream.flat(), file.path));
  }
  for (const workspace of workspaces) {
    for (const report of recordsIn(workspace["reports"])) {
      const name = nameIn(workspace, "reports", report);
      reportNames.set(asText(report["id"]) ?? name, name);
      const tables = tablesOf.get(asText(report["datasetId"]) ?? "");
      if (tables === undefined) problems.push(noModel(`report ${name}`, file.path));
      facts.push({
        name: { namespace: NAMESPACE, name },
        kind: "report",
        attributes: withoutUndefined({
          description: asText(report["description"]),
          url: asText(report["webUrl"]),
        }),
        edges: (tables ?? []).map((table) => unknownRead(table, file.path)),
        queries: [],
        provenance: { file: file.path },
      });
    }
    for (const dashboard of recordsIn(workspace["dashboards"]))
      facts.push(
        dashboardFact(nameIn(workspace, "dashboards", dashboard), dashboard, {
          tablesOf,
          reportNames,
          file: file.path,
        }),
      );
  }
  return { facts, problems };
}

interface ScannedModel {
  readonly title: string;
  readonly dataset: LooseRecord;
  readonly facts: readonly AssetFact[];
}

/**
 * A model's facts, where its tables may come from other models (a composite model): the query of such a table names the
 * model at most, so a table of which nothing else is known may hold whatever is in those.
 */
const builtOn = (
  facts: readonly AssetFact[],
  upstream: readonly AssetFact[],
  file: string,
): readonly AssetFact[] =>
  facts.map((fact) =>
    fact.name.namespace !== NAMESPACE || fact.edges.length > 0 || fact.queries.length > 0
      ? fact
      : upstream.length === 0
        ? fact
        : { ...withoutHint(fact), edges: upstream.map((table) => unknownRead(table, file)) },
  );

/** What it reads is known after all: some model, whichever table of it. */
function withoutHint(fact: AssetFact): AssetFact {
  const { [READS_NOT_KNOWN]: _hint, ...extra } = fact.attributes.extra ?? {};
  return { ...fact, attributes: { ...fact.attributes, extra } };
}

const KINDS = ["datasets", "reports", "dashboards"] as const;
type Kind = (typeof KINDS)[number];

const titleOf = (record: LooseRecord): string =>
  asText(record["name"]) ?? asText(record["displayName"]) ?? asText(record["id"]) ?? "unnamed";

const unknownRead = (table: AssetFact, file: string): EdgeFact => ({
  from: { name: table.name },
  use: "UNKNOWN",
  provenance: { file },
});

function dashboardFact(
  name: string,
  dashboard: LooseRecord,
  {
    tablesOf,
    reportNames,
    file,
  }: {
    readonly tablesOf: ReadonlyMap<string, readonly AssetFact[]>;
    readonly reportNames: ReadonlyMap<string, string>;
    readonly file: string;
  },
): AssetFact {
  const edges = new Map<string, EdgeFact>();
  for (const tile of recordsIn(dashboard["tiles"])) {
    const report = reportNames.get(asText(tile["reportId"]) ?? "");
    if (report !== undefined) {
      const from = { name: { namespace: NAMESPACE, name: report } };
      edges.set(`r/${report}`, { from, use: "IDENTITY", provenance: { file } });
      continue;
    }
    for (const table of tablesOf.get(asText(tile["datasetId"]) ?? "") ?? [])
      edges.set(`t/${table.name.name}`, unknownRead(table, file));
  }
  return {
    name: { namespace: NAMESPACE, name: edges.has(`r/${name}`) ? `${name} (dashboard)` : name },
    kind: "dashboard",
    attributes: {},
    edges: [...edges.values()],
    queries: [],
    provenance: { file },
  };
}

const noTables = (model: string, file: string): Problem => ({
  code: "unresolved-name",
  message: `the model ${model} comes without its tables; what it reads is not known`,
  next: "Scan with datasetSchema=true and datasetExpressions=true, which an admin allows in the tenant's settings.",
  file,
  severity: "warning",
});

const noModel = (reader: string, file: string): Problem => ({
  code: "unresolved-name",
  message: `the ${reader} reads a model that is not in the scan; what it reads is not known`,
  next: "Scan the workspace of its model as well.",
  file,
  severity: "warning",
});
