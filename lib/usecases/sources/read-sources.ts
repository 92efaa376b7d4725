import { readDbtSignals } from "#lib/incidents/signals/read-dbt-signals.ts";
import { readEventSignals } from "#lib/incidents/signals/read-event-signals.ts";
import type { Signal } from "#lib/incidents/signals/signal.ts";
import {
  readAccessHistory,
  type TargetsOf,
} from "#lib/ingest/access-history/read-access-history.ts";
import type { AssembleSource } from "#lib/ingest/assemble-claims.ts";
import { readConsumers } from "#lib/ingest/consumers/read-consumers.ts";
import { readContract } from "#lib/ingest/contract/read-contract.ts";
import { readDatahub } from "#lib/ingest/datahub/read-datahub.ts";
import { readDbt } from "#lib/ingest/dbt/read-dbt.ts";
import { readFeast } from "#lib/ingest/feast/read-feast.ts";
import { readIceberg } from "#lib/ingest/iceberg/read-iceberg.ts";
import { readConnectors } from "#lib/ingest/kafka-connect/read-connectors.ts";
import { readLooker } from "#lib/ingest/looker/read-looker.ts";
import { readMarquez } from "#lib/ingest/marquez/read-marquez.ts";
import { readMetabase } from "#lib/ingest/metabase/read-metabase.ts";
import { readMlflow } from "#lib/ingest/mlflow/read-mlflow.ts";
import { type GraphReading, readGraphFile } from "#lib/ingest/native/read-graph-file.ts";
import type { OpenLineageEvent } from "#lib/ingest/openlineage/check-event.ts";
import { readEventFile } from "#lib/ingest/openlineage/read-event-file.ts";
import {
  createEventReader,
  type EventReader,
  producerLabel,
  readOpenLineageEvents,
} from "#lib/ingest/openlineage/read-open-lineage-events.ts";
import { readOpenMetadata } from "#lib/ingest/openmetadata/read-openmetadata.ts";
import { readPostgresCatalog } from "#lib/ingest/postgres-catalog/read-postgres-catalog.ts";
import { readPowerBi } from "#lib/ingest/power-bi/read-power-bi.ts";
import { readProfile } from "#lib/ingest/profile/read-profile.ts";
import { readSchemas } from "#lib/ingest/read-schemas.ts";
import { readSqlFiles } from "#lib/ingest/read-sql-files.ts";
import { readStatements } from "#lib/ingest/sql/read-statements.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { readSuperset } from "#lib/ingest/superset/read-superset.ts";
import { readTableFiles } from "#lib/ingest/table-files/read-table-files.ts";
import { readTableau } from "#lib/ingest/tableau/read-tableau.ts";
import type { SourceKind } from "#lib/model/claim.ts";
import { changeFact } from "#lib/model/edge-lanes.ts";
import type { ReadResult, SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { isBrokenJson } from "./is-broken-json.ts";
import type { ReadFile } from "./read-files.ts";
import { type FileKind, recogniseFile } from "./recognise-file.ts";

export interface ReadSourcesOptions {
  readonly files: readonly ReadFile[];
  /** Take all files for this kind instead of looking at their content. */
  readonly as?: FileKind;
  /** Of SQL that does not say. */
  readonly dialect?: string;
  readonly domain?: string;
  readonly parser: SqlParser;
  /** ISO 8601. */
  readonly at: string;
}

/** Changes that a file brings along, to be judged together. */
export interface ChangeSet {
  readonly file: string;
  /** The scenario's id, where the file holds several. */
  readonly scenario?: string;
  readonly title?: string;
  readonly changes: readonly unknown[];
  /** The scenario as it stands in the file, with what it expects. */
  readonly raw: Readonly<Record<string, unknown>>;
}

export interface SourcesRead {
  readonly sources: readonly AssembleSource[];
  readonly problems: readonly Problem[];
  readonly changeSets: readonly ChangeSet[];
  /** What runs and checks that failed, or came through, say of what they are about. */
  readonly signals: readonly Signal[];
}

/**
 * Gives each file to the reader of its kind. Files that are nothing known are an info each, not an error; of a broken one
 * nobody can say what it was, which is a warning.
 */
export function readSources(options: ReadSourcesOptions): SourcesRead {
  const byKind = new Map<FileKind, ReadFile[]>();
  const problems: Problem[] = [];
  const { as } = options;
  const looksIt = rootsThatLook(options.files, as);
  for (const file of options.files) {
    const kind = kindOf(file, { as, looksIt });
    if (kind === undefined)
      problems.push(isBrokenJson(file) && !isNamed(file) ? leftOut(file) : notRecognised(file));
    else push(byKind, kind, file);
  }
  const reading: Reading = { options, sources: [], problems, changeSets: [], signals: [] };
  for (const [kind, files] of byKind) READERS[kind](files, reading);
  return reading;
}

const isNamed = ({ path, root }: ReadFile): boolean =>
  path === root || root.toLowerCase() === `${path.toLowerCase()}.gz`;

/**
 * Files that were named are what they are said to be. In a folder, what is said is about the files that look like it, and
 * about others only where none does or where they are broken: tools write more beside what is meant, and nobody means
 * the configuration itself.
 */
function kindOf(
  file: ReadFile,
  { as, looksIt }: { readonly as: FileKind | undefined; readonly looksIt: ReadonlySet<string> },
): FileKind | undefined {
  if (isNamed(file)) return as ?? recogniseFile(file) ?? namedTable(file);
  if (/(?:^|\/)faultline\.ya?ml$/.test(file.path)) return undefined;
  const kind = recogniseFile(file);
  if (as === undefined || kind === as) return kind;
  if (kind !== undefined || as === "dbt" || !MAY_BE[as].test(file.path)) return undefined;
  return looksIt.has(file.root) && !isBrokenJson(file) ? undefined : as;
}

/** Whoever names a CSV file means the table that it is; in folders such files are data, seeds and what not. */
const namedTable = ({ path, text }: ReadFile): FileKind | undefined =>
  /\.(?:csv|tsv)$/i.test(path) && text.trim() !== "" ? "table-file" : undefined;

/** Paths that were named under which something is recognised as what it is said to be. */
const rootsThatLook = (files: readonly ReadFile[], as: FileKind | undefined): ReadonlySet<string> =>
  new Set(
    files.filter((file) => as !== undefined && recogniseFile(file) === as).map(({ root }) => root),
  );

/** By the name alone: the content may be too odd to be recognised, which is why its kind was said. */
const MAY_BE: Readonly<Record<Exclude<FileKind, "dbt">, RegExp>> = {
  openlineage: /\.(?:json|jsonl|ndjson|log|txt)$/i,
  graph: /\.(?:json|ya?ml)$/i,
  sql: /\.(?:sql|ddl|txt)$/i,
  consumers: /\.(?:csv|tsv|txt)$/i,
  metabase: /\.(?:json|ya?ml)$/i,
  looker: /\.(?:lkml|lookml)$/i,
  "power-bi": /\.(?:tmdl|bim|pbir|json)$/i,
  tableau: /\.(?:twb|tds|xml|json)$/i,
  superset: /\.(?:json|ya?ml)$/i,
  feast: /\.json$/i,
  mlflow: /\.(?:json|ya?ml)$|(?:^|\/)MLmodel$/i,
  profile: /\.(?:json|ya?ml)$/i,
  contract: /\.(?:json|ya?ml)$/i,
  postgres: /\.json$/i,
  marquez: /\.json$/i,
  datahub: /\.(?:json|jsonl|ndjson)$/i,
  openmetadata: /\.json$/i,
  access: /\.(?:csv|tsv|json|jsonl|ndjson)$/i,
  schema: /\.(?:json|jsonl|avsc|avpr|proto|ya?ml)$/i,
  "kafka-connect": /\.(?:json|ya?ml|properties)$/i,
  iceberg: /\.json$/i,
  "table-file": /\.(?:csv|tsv|parquet|pq|duckdb|ddb)$/i,
};

interface Reading {
  readonly options: ReadSourcesOptions;
  readonly sources: AssembleSource[];
  readonly problems: Problem[];
  readonly changeSets: ChangeSet[];
  readonly signals: Signal[];
}

function notRecognised(file: ReadFile): Problem {
  return {
    code: "not-recognised",
    message: "skipped: nothing that is read here",
    next: "Say what it is with --as, if it is something after all.",
    file: file.path,
    // A file that was named was meant; one that lay in a folder was not.
    severity: isNamed(file) ? "error" : "info",
  };
}

const leftOut = (file: ReadFile): Problem => ({
  code: "bad-json",
  message: "left out: it is not valid JSON, so that nobody can say what it is",
  next: "Check whether the file was cut off while it was written, and export it again.",
  file: file.path,
  severity: "warning",
});

const READERS: Readonly<Record<FileKind, (files: readonly ReadFile[], reading: Reading) => void>> =
  {
    dbt: readDbtFiles,
    openlineage: readEventFiles,
    graph: readGraphFiles,
    consumers: readConsumerFiles,
    sql: (files, reading) => {
      const { dialect, parser } = reading.options;
      const read = (own: readonly SourceFile[]) =>
        readSqlFiles({ files: own, parser, ...(dialect ? { dialect } : {}) });
      readByRoot(files, reading, { kind: "sql", label: "SQL files", read });
    },
    superset: (files, reading) =>
      readByRoot(files, reading, {
        kind: "superset",
        label: "Superset export",
        read: readSuperset,
      }),
    tableau: (files, reading) =>
      readByRoot(files, reading, { kind: "tableau", label: "Tableau", read: readTableau }),
    metabase: (files, reading) =>
      readByRoot(files, reading, { kind: "metabase", label: "Metabase", read: readMetabase }),
    looker: (files, reading) =>
      readByRoot(files, reading, { kind: "looker", label: "LookML", read: readLooker }),
    "power-bi": (files, reading) =>
      readByRoot(files, reading, { kind: "power-bi", label: "Power BI", read: readPowerBi }),
    feast: (files, reading) =>
      readByRoot(files, reading, { kind: "feast", label: "Feast registry", read: readFeast }),
    mlflow: (files, reading) =>
      readByRoot(files, reading, { kind: "mlflow", label: "MLflow", read: readMlflow }),
    schema: (files, reading) =>
      readByRoot(files, reading, { kind: "schema", label: "message schemas", read: readSchemas }),
    "kafka-connect": (files, reading) =>
      readByRoot(files, reading, {
        kind: "kafka-connect",
        label: "Kafka connectors",
        read: readConnectors,
      }),
    iceberg: readIcebergFiles,
    "table-file": (files, reading) =>
      readByRoot(files, reading, {
        kind: "table-file",
        label: "table files",
        read: readTableFiles,
      }),
    contract: (files, reading) => {
      for (const file of files) {
        const about = { kind: "contract" as const, name: file.path, complete: true };
        addReading(reading, { ...about, label: `contract ${file.path}` }, readContract(file));
      }
    },
    postgres: (files, reading) =>
      readByRoot(files, reading, {
        kind: "postgres",
        label: "PostgreSQL",
        read: readPostgresCatalog,
      }),
    access: (files, reading) => {
      const { parser } = reading.options;
      const targetsOf: TargetsOf = ({ sql, dialect }) =>
        readStatements({ sql, dialect, parser }).statements.flatMap(({ target }) =>
          target === undefined ? [] : [target],
        );
      readByRoot(files, reading, {
        kind: "access",
        label: "Access log",
        read: (own) => readAccessHistory(own, targetsOf),
      });
    },
    openmetadata: (files, reading) =>
      readByRoot(files, reading, {
        kind: "openmetadata",
        label: "OpenMetadata",
        read: readOpenMetadata,
      }),
    datahub: (files, reading) =>
      readByRoot(files, reading, { kind: "datahub", label: "DataHub", read: readDatahub }),
    marquez: (files, reading) =>
      readByRoot(files, reading, {
        kind: "marquez",
        label: "Marquez",
        read: (own) => {
          const { events, problems } = readMarquez(own);
          const read = readOpenLineageEvents(events);
          return { facts: read.facts, problems: [...problems, ...read.problems] };
        },
      }),
    profile: (files, reading) => {
      for (const file of files) {
        const about = { kind: "profile" as const, name: file.path, complete: true };
        addReading(reading, { ...about, label: `profiles of ${file.path}` }, readProfile(file));
      }
    },
  };

function readDbtFiles(
  files: readonly ReadFile[],
  { options, sources, problems, signals }: Reading,
): void {
  const { domain, at } = options;
  const read = readDbt({ files, ...(domain ? { domain } : {}) });
  for (const one of read.problems) problems.push(one);
  for (const reading of read.readings) {
    const { source, facts } = reading;
    sources.push({ source, facts, at, complete: true, problems: reading.problems });
  }
  for (const outcome of read.outcomes) {
    for (const signal of readDbtSignals({ ...outcome, now: at }) ?? []) signals.push(signal);
  }
}

/** A table is a source, wherever its metadata files lie: the newest takes the place of those before. */
function readIcebergFiles(files: readonly ReadFile[], reading: Reading): void {
  const { tables, problems } = readIceberg(files);
  for (const one of problems) reading.problems.push(one);
  for (const { location, fact } of tables) {
    addReading(
      reading,
      { kind: "iceberg", name: location, label: `Iceberg table ${fact.name.name}`, complete: true },
      { facts: [fact], problems: [] },
    );
  }
}

function readGraphFiles(files: readonly ReadFile[], reading: Reading): void {
  for (const file of files) {
    const { graphs, problems } = readGraphFile(file);
    if (graphs.length === 0) for (const one of problems) reading.problems.push(one);
    else {
      const facts = graphs.flatMap((graph) => graph.facts);
      const about = {
        kind: "graph" as const,
        name: file.path,
        label: `graph file ${file.path}`,
        complete: true,
      };
      addReading(reading, about, { facts, problems });
    }
    for (const graph of graphs) {
      if (graph.changes.length > 0) reading.changeSets.push(changeSetOf(graph, file));
    }
  }
}

const changeSetOf = (
  { scenario, title, changes, raw }: GraphReading,
  file: ReadFile,
): ChangeSet => ({
  file: file.path,
  ...(scenario === undefined ? {} : { scenario }),
  ...(title === undefined ? {} : { title }),
  changes,
  raw,
});

/** `--domain` speaks for what does not say its own. */
function withDomain(
  facts: AssembleSource["facts"],
  domain: string | undefined,
): AssembleSource["facts"] {
  if (domain === undefined) return facts;
  return facts.map((fact) =>
    fact.attributes.domain === undefined && !fact.placeholder
      ? changeFact(fact, { attributes: { ...fact.attributes, domain } })
      : fact,
  );
}

function readConsumerFiles(files: readonly ReadFile[], { options, sources }: Reading): void {
  const { dialect, domain, at } = options;
  for (const file of files) {
    const read = readConsumers(file, {
      ...(dialect ? { dialect } : {}),
      ...(domain ? { domain } : {}),
    });
    sources.push({
      source: {
        id: `consumers:${file.path}`,
        kind: "consumers",
        label: `consumers of ${file.path}`,
      },
      facts: read.facts,
      at,
      complete: true,
      problems: read.problems,
    });
  }
}

/** Events by what sent them: each producer is a source. They add to what it said before. */
function readEventFiles(files: readonly SourceFile[], reading: Reading): void {
  const byProducer = new Map<string, EventReader>();
  const hear = (event: OpenLineageEvent): void => {
    for (const signal of readEventSignals(event)) reading.signals.push(signal);
  };
  for (const file of files) {
    const problems = readEventFile(file, (event) => {
      const label = producerLabel(event.value);
      const reader = byProducer.get(label) ?? createEventReader(hear);
      byProducer.set(label, reader);
      reader.add(event);
    });
    for (const one of problems) reading.problems.push(one);
  }
  for (const [label, reader] of byProducer) {
    addReading(
      reading,
      {
        kind: "openlineage",
        name: label,
        label: `OpenLineage events of ${label}`,
        complete: false,
      },
      reader.finish(),
    );
  }
}

/** Files of one kind under one path that was named are one source: parts of an export belong together. */
function readByRoot(
  files: readonly ReadFile[],
  reading: Reading,
  about: {
    readonly kind: SourceKind;
    readonly label: string;
    readonly read: (files: readonly SourceFile[]) => ReadResult;
  },
): void {
  const byRoot = new Map<string, ReadFile[]>();
  for (const file of files) push(byRoot, file.root, file);
  for (const [root, own] of byRoot) {
    addReading(
      reading,
      { kind: about.kind, name: root, label: `${about.label} ${root}`, complete: true },
      about.read(own),
    );
  }
}

function addReading(
  reading: Reading,
  about: {
    readonly kind: SourceKind;
    readonly name: string;
    readonly label: string;
    readonly complete: boolean;
  },
  read: ReadResult,
): void {
  const { domain, at } = reading.options;
  reading.sources.push({
    source: {
      id: `${about.kind}:${about.name}`,
      kind: about.kind,
      label: about.label,
      ...(domain ? { domain } : {}),
    },
    facts: withDomain(read.facts, domain),
    at,
    complete: about.complete,
    problems: read.problems,
  });
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
