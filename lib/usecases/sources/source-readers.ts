import { readDbtSignals } from "#lib/incidents/signals/read-dbt-signals.ts";
import { readEventSignals } from "#lib/incidents/signals/read-event-signals.ts";
import type { Signal } from "#lib/incidents/signals/signal.ts";
import { takeAsNow } from "#lib/incidents/signals/take-as-now.ts";
import { readAccessHistory } from "#lib/ingest/access-history/read-access-history.ts";
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
import { readSqlFiles, type UnreadPlace } from "#lib/ingest/read-sql-files.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { readSuperset } from "#lib/ingest/superset/read-superset.ts";
import { readTableFiles } from "#lib/ingest/table-files/read-table-files.ts";
import { readTableau } from "#lib/ingest/tableau/read-tableau.ts";
import { changeFact } from "#lib/model/edge-lanes.ts";
import type { ReadResult, SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { FileKind } from "#lib/model/source-kind.ts";
import type { ReadFile } from "./read-files.ts";
import { duckdbReads, postgresStatementsBy, targetsBy } from "./sql-for-readers.ts";

/** What a reader is told beside its files. */
export interface ReadingOptions {
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

/** What was read so far; readers add to it. */
export interface Reading {
  readonly options: ReadingOptions;
  readonly sources: AssembleSource[];
  readonly problems: Problem[];
  readonly changeSets: ChangeSet[];
  readonly signals: Signal[];
  /** Statements of SQL files that are not followed and may change a table. */
  readonly unread: UnreadPlace[];
}

type SourceReader = (files: readonly ReadFile[], reading: Reading) => void;

/** How files become facts, kind by kind: what else is to be known of a kind stands in `source-kind.ts`. */
export const SOURCE_READERS: Readonly<Record<FileKind, SourceReader>> = {
  dbt: readDbtFiles,
  sql: byRoot("sql", "SQL files", (files, { dialect, parser }, { unread }) => {
    const read = readSqlFiles({ files, parser, ...(dialect ? { dialect } : {}) });
    unread.push(...read.unread);
    return read;
  }),
  openlineage: readEventFiles,
  postgres: byRoot("postgres", "PostgreSQL", (files, { parser }) =>
    readPostgresCatalog(files, { statementsOf: postgresStatementsBy(parser) }),
  ),
  marquez: byRoot("marquez", "Marquez", readMarquezFiles),
  access: byRoot("access", "Access log", (files, { parser }) =>
    readAccessHistory(files, targetsBy(parser)),
  ),
  datahub: byRoot("datahub", "DataHub", readDatahub),
  openmetadata: byRoot("openmetadata", "OpenMetadata", readOpenMetadata),
  graph: readGraphFiles,
  feast: byRoot("feast", "Feast registry", readFeast),
  superset: byRoot("superset", "Superset export", readSuperset),
  tableau: byRoot("tableau", "Tableau", readTableau),
  "power-bi": byRoot("power-bi", "Power BI", readPowerBi),
  metabase: byRoot("metabase", "Metabase", readMetabase),
  looker: byRoot("looker", "LookML", readLooker),
  mlflow: byRoot("mlflow", "MLflow", readMlflow),
  iceberg: readIcebergFiles,
  schema: byRoot("schema", "message schemas", readSchemas),
  "table-file": byRoot("table-file", "table files", (files) => readTableFiles(files, duckdbReads)),
  "kafka-connect": byRoot("kafka-connect", "Kafka connectors", readConnectors),
  consumers: readConsumerFiles,
  contract: byFile("contract", "contract", readContract),
  profile: byFile("profile", "profiles of", readProfile),
};

/** Files of one kind under one path that was named are one source: parts of an export belong together. */
function byRoot(
  kind: FileKind,
  label: string,
  read: (
    files: readonly SourceFile[],
    options: ReadingOptions,
    reading: Pick<Reading, "unread">,
  ) => ReadResult,
): SourceReader {
  return (files, reading) => {
    const roots = new Map<string, ReadFile[]>();
    for (const file of files) {
      const own = roots.get(file.root);
      if (own) own.push(file);
      else roots.set(file.root, [file]);
    }
    for (const [root, own] of roots) {
      const about = { kind, name: root, label: `${label} ${root}`, complete: true };
      addReading(reading, about, read(own, reading.options, reading));
    }
  };
}

/** Each file is a source of its own. */
function byFile(
  kind: FileKind,
  label: string,
  read: (file: SourceFile) => ReadResult,
): SourceReader {
  return (files, reading) => {
    for (const file of files) {
      const about = { kind, name: file.path, label: `${label} ${file.path}`, complete: true };
      addReading(reading, about, read(file));
    }
  };
}

function readMarquezFiles(files: readonly SourceFile[]): ReadResult {
  const { events, problems } = readMarquez(files);
  const read = readOpenLineageEvents(events);
  return { facts: read.facts, problems: [...problems, ...read.problems] };
}

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
    const told = takeAsNow(readDbtSignals({ ...outcome, now: at }) ?? [], at);
    for (const signal of told.signals) signals.push(signal);
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
    const told = takeAsNow(readEventSignals(event), reading.options.at);
    for (const signal of told.signals) reading.signals.push(signal);
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

function addReading(
  reading: Reading,
  about: {
    readonly kind: FileKind;
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
