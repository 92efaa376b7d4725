import { kindOfRows } from "#lib/ingest/access-history/read-access-history.ts";
import type { SourceFile } from "#lib/model/fact.ts";
import type { FileKind } from "#lib/model/source-kind.ts";

/** Enough of a file to tell what it is; formats say so at their start. */
const HEAD = 65_536;

/**
 * What a file is, by its content; the name only decides where the content leaves several open. Undefined: nothing that is
 * read here.
 */
export function recogniseFile(file: SourceFile): FileKind | undefined {
  const text = file.text.charCodeAt(0) === 0xfeff ? file.text.slice(1) : file.text;
  const head = text.slice(0, HEAD);
  const name = file.path.slice(file.path.lastIndexOf("/") + 1).toLowerCase();
  if (name.endsWith(".tmdl")) return "power-bi";
  if (name.endsWith(".lkml") || name.endsWith(".lookml")) return "looker";
  if (name === "mlmodel") return "mlflow";
  if (/^\s*[{[]/.test(head)) return recogniseJson(text, head);
  if (name.endsWith(".proto")) return "schema";
  if (head.startsWith("<")) return TABLEAU_XML.test(head) ? "tableau" : undefined;
  if (name.endsWith(".sql") || name.endsWith(".ddl")) return isTemplate(text) ? undefined : "sql";
  if (kindOfRows(headerOf(head)) !== undefined) return "access";
  if (name.endsWith(".csv") || name.endsWith(".tsv"))
    return isConsumerTable(head) ? "consumers" : undefined;
  if (name.endsWith(".yaml") || name.endsWith(".yml")) return recogniseYaml(file.path, text);
  if (name.endsWith(".properties"))
    return /^[ \t]*connector\.class\s*[=:]/m.test(text) ? "kafka-connect" : undefined;
  if (isConsumerTable(head)) return "consumers";
  return /^\s*(?:--[^\n]*\n\s*)*(?:create|select|with|insert|merge|alter)\s/i.test(head)
    ? "sql"
    : undefined;
}

/** dbt's and other templates are SQL only after they were compiled. */
const isTemplate = (text: string): boolean => /\{\{|\{%/.test(text);

const headerOf = (head: string): readonly string[] =>
  (head.split("\n", 1)[0] ?? "")
    .toLowerCase()
    .split(/[,;\t]/)
    .map((cell) => cell.trim().replace(/^"|"$/g, ""));

function isConsumerTable(head: string): boolean {
  const header = headerOf(head);
  return header.includes("name") && (header.includes("sql") || header.includes("kind"));
}

const DBT =
  /"dbt_schema_version"\s*:\s*"[^"]*\/(?:manifest|catalog|run-results|sources)\/v\d+\.json"/;
const SUPERSET = /"(?:dashboard_title|slice_name|viz_type|table_name|datasource_name|form_data)"/;
const TABLEAU_XML = /<(?:workbook|datasource)\s[^>]*(?:source-build|version|formatted-name)=/;
const TABLEAU_ANSWER = /"workbooks(?:Connection)?"\s*:/;
const DATAHUB = /"urn"\s*:\s*"urn:li:/;
const OPEN_METADATA = /"(?:fullyQualifiedName|testCaseResolutionStatusType)"\s*:/;
const MARQUEZ = /"(?:totalCount|physicalName|sourceName)"\s*:/;
const METABASE = /"(?:dataset_query|dashcards)"\s*:|"engine"\s*:.*"tables"\s*:/s;
const MLFLOW = /"run_id"|"run_uuid"/;

const JSON_SCHEMA = /"\$schema"\s*:\s*"[^"]*json-schema\.org/;

interface JsonSign {
  readonly kind: FileKind;
  /** Keys of the outermost record that must all be there. */
  readonly keys: readonly string[];
  /** The record holds no other keys than these. */
  readonly only?: ReadonlySet<string>;
  /** What the text must hold besides. */
  readonly text?: RegExp;
}

const ICEBERG = /"(?:schemas|schema)"\s*:/;

const GRAPH_KEYS: ReadonlySet<string> = new Set([
  "assets",
  "edges",
  "observed",
  "changes",
  "title",
  "schema_version",
]);

/** The first that fits counts. */
const JSON_SIGNS: readonly JsonSign[] = [
  { kind: "table-file", keys: ["tableFile"] },
  { kind: "iceberg", keys: ["location", "format-version"], text: ICEBERG },
  { kind: "iceberg", keys: ["metadata"], text: /"current-schema-id"\s*:/ },
  { kind: "schema", keys: ["subject", "schema"] },
  { kind: "schema", keys: ["keytype", "subject"] },
  { kind: "schema", keys: ["type", "fields"], text: /"type"\s*:\s*"record"/ },
  { kind: "schema", keys: ["protocol", "types"] },
  { kind: "schema", keys: ["$schema", "properties"], text: JSON_SCHEMA },
  { kind: "schema", keys: ["$schema", "allOf"], text: JSON_SCHEMA },
  { kind: "schema", keys: ["$schema", "$ref"], text: JSON_SCHEMA },
  { kind: "kafka-connect", keys: ["connector.class"] },
  { kind: "kafka-connect", keys: ["config"], text: /"connector\.class"\s*:/ },
  { kind: "dbt", keys: ["metadata", "nodes"], text: DBT },
  { kind: "graph", keys: ["scenarios"] },
  { kind: "graph", keys: ["assets"], text: /"id"\s*:/ },
  // Empty or of a wrong shape: what is wrong with it is for the reader to say.
  { kind: "graph", keys: ["assets"], only: GRAPH_KEYS },
  { kind: "feast", keys: ["featureViews"] },
  { kind: "feast", keys: ["featureServices"] },
  { kind: "feast", keys: ["project", "entities"] },
  { kind: "mlflow", keys: ["info", "data"], text: MLFLOW },
  { kind: "mlflow", keys: ["run"], text: MLFLOW },
  { kind: "mlflow", keys: ["runs"], text: MLFLOW },
  { kind: "superset", keys: ["result"], text: SUPERSET },
  { kind: "metabase", keys: ["dataset_query"] },
  { kind: "metabase", keys: ["dashcards"] },
  { kind: "metabase", keys: ["ordered_cards"] },
  { kind: "metabase", keys: ["engine", "tables"], text: /"fields"\s*:/ },
  { kind: "metabase", keys: ["db_id", "fields"] },
  { kind: "metabase", keys: ["content", "collection_id", "creator_id", "name"] },
  { kind: "metabase", keys: ["data"], text: METABASE },
  { kind: "looker", keys: ["dashboard_elements"] },
  { kind: "power-bi", keys: ["workspaces"], text: /"(?:datasets|reports)"\s*:/ },
  { kind: "power-bi", keys: ["datasetReference"] },
  { kind: "power-bi", keys: ["sections", "config"] },
  { kind: "power-bi", keys: ["model", "compatibilityLevel"] },
  {
    kind: "power-bi",
    keys: ["$schema"],
    text: /fabric\/item\/report\/definition\/(?:visualContainer|page|report)\//,
  },
  { kind: "tableau", keys: ["data"], text: TABLEAU_ANSWER },
  { kind: "openlineage", keys: ["events"] },
  { kind: "profile", keys: ["profiles"], text: /"asset"\s*:/ },
  { kind: "contract", keys: ["apiVersion", "kind"], text: /"DataContract"/ },
  { kind: "postgres", keys: ["postgresCatalog", "relations"] },
  { kind: "datahub", keys: ["proposedSnapshot"] },
  { kind: "datahub", keys: ["entityUrn", "aspectName"] },
  { kind: "datahub", keys: ["data"], text: DATAHUB },
  { kind: "datahub", keys: ["entities"], text: DATAHUB },
  { kind: "datahub", keys: ["urn"], text: DATAHUB },
  { kind: "openmetadata", keys: ["fullyQualifiedName", "id"] },
  { kind: "openmetadata", keys: ["data", "paging"], text: OPEN_METADATA },
  { kind: "openmetadata", keys: ["upstreamEdges"], text: OPEN_METADATA },
  { kind: "openmetadata", keys: ["downstreamEdges"], text: OPEN_METADATA },
  { kind: "openmetadata", keys: ["edge"], text: /"fromEntity"\s*:/ },
  { kind: "openmetadata", keys: ["testCaseResolutionStatusType"] },
  { kind: "marquez", keys: ["graph"], text: /"(?:dataset|datasetField|job):/ },
  { kind: "marquez", keys: ["datasets"], text: MARQUEZ },
  { kind: "marquez", keys: ["jobs", "totalCount"] },
  { kind: "marquez", keys: ["physicalName", "sourceName"] },
  { kind: "marquez", keys: ["id", "simpleName", "inputs", "outputs"] },
];

function recogniseJson(text: string, head: string): FileKind | undefined {
  if (DBT.test(head)) return "dbt";
  if (/"eventTime"\s*:\s*"/.test(head) && /"(?:run|job|dataset|schemaURL|producer)"\s*:/.test(head))
    return "openlineage";
  const keys = topLevelKeys(text);
  // The answer of `/connectors?expand=info` is by name.
  if (/"info"\s*:/.test(head) && /"connector\.class"\s*:/.test(head)) return "kafka-connect";
  if (isAccessLog(keys, text)) return "access";
  return JSON_SIGNS.find(
    ({ keys: all, only, text: more }) =>
      all.every((key) => keys.has(key)) &&
      (only === undefined || [...keys].every((key) => only.has(key))) &&
      (more?.test(text) ?? true),
  )?.kind;
}

/** Rows of a warehouse's log: records, or what an SQL interface answers, which names its columns apart. */
function isAccessLog(keys: ReadonlySet<string>, text: string): boolean {
  if (keys.has("resultSetMetaData") || (keys.has("manifest") && keys.has("result"))) {
    const names = [...text.matchAll(/"name"\s*:\s*"([^"]+)"/g)].map(([, name = ""]) => name);
    return kindOfRows(names) !== undefined;
  }
  const kind = keys.has("links") ? "links" : kindOfRows([...keys]);
  return kind === "links" ? /"fullyQualifiedName"\s*:/.test(text) : kind !== undefined;
}

/** The keys of the outermost record, or of the first record of a list, without reading all of the text as JSON. */
function topLevelKeys(text: string): ReadonlySet<string> {
  const keys = new Set<string>();
  const wanted = /^\s*\[/.test(text) ? 2 : 1;
  const token = /"((?:[^"\\]|\\.)*)"(\s*:)?|[{}[\]]/g;
  let depth = 0;
  for (let found = token.exec(text); found; found = token.exec(text)) {
    const word = found[0];
    if (word === "{" || word === "[") depth += 1;
    else if (word === "}" || word === "]") depth -= 1;
    else if (depth === wanted && found[2] !== undefined) keys.add(found[1] ?? "");
    if (depth < wanted && keys.size > 0) return keys;
  }
  return keys;
}

const SUPERSET_KEYS = ["dashboard_title", "slice_name", "table_name", "database_name"];

function recogniseYaml(path: string, text: string): FileKind | undefined {
  const keys = new Set([...text.matchAll(/^([A-Za-z_$][\w$-]*)\s*:/gm)].map((found) => found[1]));
  const has = (...all: string[]) => all.every((key) => keys.has(key));
  if (
    has("assets", "edges") ||
    has("scenarios") ||
    (has("assets") && /^[ \t]*-\s*\{?\s*id\s*:/m.test(text))
  )
    return "graph";
  if (has("profiles") && /^[ \t]*(?:-\s*)?(?:\{\s*)?asset\s*:/m.test(text)) return "profile";
  if (has("apiVersion", "kind") && /^kind\s*:\s*["']?DataContract\b/m.test(text)) return "contract";
  if (has("$schema", "properties") && /^\$schema\s*:.*json-schema\.org/m.test(text))
    return "schema";
  if (/^kind\s*:\s*["']?KafkaConnector\b/m.test(text)) return "kafka-connect";
  if (/^serdes\/meta\s*:/m.test(text)) return "metabase";
  if (has("flavors") && (has("signature") || has("model_uuid") || has("run_id"))) return "mlflow";
  const isExported = /(?:^|\/)(?:dashboards|charts|datasets|databases)\/.+\.ya?ml$/.test(path);
  if (has("uuid") && (isExported || SUPERSET_KEYS.some((key) => has(key)))) return "superset";
  if (/(?:^|\/)metadata\.ya?ml$/.test(path) && has("version", "type")) return "superset";
  return undefined;
}
