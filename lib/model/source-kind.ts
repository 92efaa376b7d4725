/** What is to be known of a kind of source before anything of it is read. */
interface KindTraits {
  /**
   * Who is believed first where two sources say different things of one asset, lowest first: people (0), what they wrote
   * down for Faultline (1), the tool that makes the asset (2 to 4), what was only seen to run or gathered by another
   * catalogue (5, 6), a promise (6), what was observed (7).
   */
  readonly authority: number;
  /** It writes names of tables short, as people do: one part without schema may mean a table. */
  readonly shortNames?: true;
  /** It looks at the tables themselves: what it lists is there, and what differs between two looks has happened. */
  readonly looksAtTables?: true;
  /** It says something of tables that others define. */
  readonly speaksOfOthers?: true;
  /** Absent: it is never read from a file. */
  readonly file?: FileTraits;
}

interface FileTraits {
  /** For people, of one file or one folder of them. */
  readonly words: string;
  /** Names that such a file may have: its content may be too odd to be recognised, which is why its kind was said. */
  readonly name: RegExp;
  /** A folder of such files is one source; else each file is one. */
  readonly byFolder?: true;
  /** Further spellings that come to mind for `--as`. */
  readonly aliases?: readonly string[];
}

/**
 * Every kind of source, in the order in which they name an asset for all: those that own tables before those that mention
 * them. A kind that is read from files has its reader in `source-readers.ts` and its signs in `recognise-file.ts`.
 */
const KINDS = {
  dbt: {
    authority: 2,
    file: { words: "dbt project", name: /\.json$/i, byFolder: true },
  },
  sql: {
    authority: 4,
    file: {
      words: "SQL or DDL files",
      name: /\.(?:sql|ddl|txt)$/i,
      byFolder: true,
      aliases: ["ddl"],
    },
  },
  openlineage: {
    authority: 5,
    file: {
      words: "OpenLineage events",
      name: /\.(?:json|jsonl|ndjson|log|txt)$/i,
      byFolder: true,
      aliases: ["ol"],
    },
  },
  postgres: {
    authority: 4,
    looksAtTables: true,
    file: { words: "PostgreSQL catalog", name: /\.json$/i },
  },
  marquez: {
    authority: 5,
    file: { words: "Marquez answers", name: /\.json$/i, byFolder: true },
  },
  access: {
    authority: 6,
    file: {
      words: "access log of a warehouse",
      name: /\.(?:csv|tsv|json|jsonl|ndjson)$/i,
      byFolder: true,
    },
  },
  datahub: {
    authority: 5,
    file: { words: "DataHub entities", name: /\.(?:json|jsonl|ndjson)$/i, byFolder: true },
  },
  openmetadata: {
    authority: 5,
    file: { words: "OpenMetadata entities", name: /\.json$/i, byFolder: true },
  },
  graph: {
    authority: 1,
    shortNames: true,
    file: { words: "graph file", name: /\.(?:json|ya?ml)$/i, aliases: ["native"] },
  },
  feast: {
    authority: 3,
    shortNames: true,
    file: { words: "Feast registry", name: /\.json$/i },
  },
  superset: {
    authority: 3,
    shortNames: true,
    file: { words: "Superset export", name: /\.(?:json|ya?ml)$/i, byFolder: true },
  },
  tableau: {
    authority: 3,
    shortNames: true,
    file: { words: "Tableau workbooks", name: /\.(?:twb|tds|xml|json)$/i, byFolder: true },
  },
  "power-bi": {
    authority: 3,
    shortNames: true,
    file: { words: "Power BI project", name: /\.(?:tmdl|bim|pbir|json)$/i, byFolder: true },
  },
  metabase: {
    authority: 3,
    shortNames: true,
    file: { words: "Metabase export", name: /\.(?:json|ya?ml)$/i, byFolder: true },
  },
  looker: {
    authority: 3,
    shortNames: true,
    file: { words: "LookML project", name: /\.(?:lkml|lookml)$/i, byFolder: true },
  },
  mlflow: {
    authority: 3,
    shortNames: true,
    file: {
      words: "MLflow runs",
      name: /\.(?:json|ya?ml)$|(?:^|\/)MLmodel$/i,
      byFolder: true,
    },
  },
  iceberg: {
    authority: 4,
    looksAtTables: true,
    file: { words: "Iceberg table", name: /\.json$/i, byFolder: true },
  },
  schema: {
    authority: 4,
    looksAtTables: true,
    file: {
      words: "message schemas",
      name: /\.(?:json|jsonl|avsc|avpr|proto|ya?ml)$/i,
      byFolder: true,
      aliases: ["avro", "protobuf", "json-schema", "schema-registry"],
    },
  },
  "table-file": {
    authority: 4,
    file: {
      words: "table file",
      name: /\.(?:csv|tsv|parquet|pq|duckdb|ddb)$/i,
      byFolder: true,
      aliases: ["parquet"],
    },
  },
  "kafka-connect": {
    authority: 4,
    file: { words: "Kafka connectors", name: /\.(?:json|ya?ml|properties)$/i, byFolder: true },
  },
  consumers: {
    authority: 3,
    shortNames: true,
    file: { words: "list of consumers", name: /\.(?:csv|tsv|txt)$/i, aliases: ["csv"] },
  },
  contract: {
    authority: 6,
    speaksOfOthers: true,
    file: { words: "data contract", name: /\.(?:json|ya?ml)$/i, aliases: ["odcs", "contracts"] },
  },
  profile: {
    authority: 7,
    shortNames: true,
    speaksOfOthers: true,
    file: { words: "profiles of tables", name: /\.(?:json|ya?ml)$/i, aliases: ["profiles"] },
  },
  manual: { authority: 0, shortNames: true, speaksOfOthers: true },
} as const satisfies Readonly<Record<string, KindTraits>>;

export type SourceKind = keyof typeof KINDS;

/** What kinds of files can be read; also the values of `--as`. */
export type FileKind = {
  [K in SourceKind]: (typeof KINDS)[K] extends { readonly file: FileTraits } ? K : never;
}[SourceKind];

const TRAITS: Readonly<Record<SourceKind, KindTraits>> = KINDS;

/** In the order in which they name an asset. */
export const SOURCE_KINDS = Object.keys(KINDS) as [SourceKind, ...SourceKind[]];

export const FILE_KINDS = SOURCE_KINDS.filter(
  (kind): kind is FileKind => TRAITS[kind].file !== undefined,
) as [FileKind, ...FileKind[]];

export const traitsOf = (kind: SourceKind): KindTraits => TRAITS[kind];

export const fileTraitsOf = (kind: FileKind): FileTraits => KINDS[kind].file;

/** The kind that a person named, with the spellings that come to mind. */
export function parseFileKind(text: string): FileKind | undefined {
  const word = text.trim().toLowerCase();
  return FILE_KINDS.find(
    (kind) => kind === word || (fileTraitsOf(kind).aliases ?? []).includes(word),
  );
}
