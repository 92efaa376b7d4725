/*
 * How long does the SQL analysis take, and does it name the same columns as sqlglot?
 *
 *   npx tsx bench/sql-lineage.ts [folder with manifest.json(.gz) and catalog.json(.gz)]
 *   FAULTLINE_BENCH_PYTHON=/path/to/python npx tsx bench/sql-lineage.ts …   (sqlglot installed: the ratio as well)
 *
 * Seconds are CPU time of one process; both sides parse and resolve the same models against the same catalog.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { analyzeQuery } from "#lib/ingest/sql/analyze-query.ts";
import type { TableSchema } from "#lib/ingest/sql/scope.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { assetId, assetNameOf } from "#lib/model/asset-id.ts";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";

interface ManifestNode {
  readonly resource_type: string;
  readonly name: string;
  readonly compiled_code?: string;
}

interface CatalogNode {
  readonly metadata: { readonly schema: string; readonly name: string };
  readonly columns: Readonly<
    Record<string, { readonly name: string; readonly type: string; readonly index: number }>
  >;
}

interface Corpus {
  readonly dialect: string;
  readonly models: readonly { readonly name: string; readonly sql: string }[];
  /** By `schema.table` in lower case. */
  readonly tables: ReadonlyMap<string, TableSchema>;
}

function readJson(folder: string, name: string): unknown {
  const plain = join(folder, name);
  const text = existsSync(plain)
    ? readFileSync(plain, "utf8")
    : gunzipSync(readFileSync(`${plain}.gz`)).toString("utf8");
  return JSON.parse(text);
}

function readCorpus(folder: string): Corpus {
  const manifest = readJson(folder, "manifest.json") as {
    readonly metadata: { readonly adapter_type: string };
    readonly nodes: Readonly<Record<string, ManifestNode>>;
  };
  const catalog = readJson(folder, "catalog.json") as Readonly<
    Record<"nodes" | "sources", Readonly<Record<string, CatalogNode>>>
  >;
  const tables = [...Object.values(catalog.nodes), ...Object.values(catalog.sources)].map(
    (node) => {
      const name = `${node.metadata.schema}.${node.metadata.name}`.toLowerCase();
      const columns = Object.values(node.columns).toSorted((a, b) => a.index - b.index);
      return [name, { asset: assetId("bench", name), columns, complete: true }] as const;
    },
  );
  const models = Object.values(manifest.nodes).flatMap(({ resource_type, name, compiled_code }) =>
    resource_type === "model" && compiled_code ? [{ name, sql: compiled_code }] : [],
  );
  return { dialect: manifest.metadata.adapter_type, models, tables: new Map(tables) };
}

type Edges = Map<string, Map<string, Set<string>>>;

interface Measured {
  readonly seconds: number;
  readonly edges: Edges;
  readonly whole: number;
}

function measureOurs({ dialect, models, tables }: Corpus, parser: SqlParser): Measured {
  const edges: Edges = new Map();
  let whole = 0;
  const before = process.cpuUsage();
  for (const { name, sql } of models) {
    const found = analyzeQuery({
      sql,
      dialect,
      parser,
      lookup: (path) => tables.get(path.slice(-2).join(".").toLowerCase()),
    });
    if (found.plan && found.problems.length === 0) whole++;
    const columns = new Map(
      found.outputs.map((output) => [output.name.toLowerCase(), new Set<string>()]),
    );
    for (const edge of found.edges) {
      if (edge.output === undefined || edge.from.column === undefined) continue;
      columns
        .get(edge.output.toLowerCase())
        ?.add(`${assetNameOf(edge.from.asset).name}.${edge.from.column}`.toLowerCase());
    }
    edges.set(name, columns);
  }
  const { user, system } = process.cpuUsage(before);
  return { seconds: (user + system) / 1e6, edges, whole };
}

interface SqlglotAnswer {
  readonly version: string;
  readonly seconds: number;
  readonly edges: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly failed: readonly string[];
}

function askSqlglot(python: string, { dialect, models, tables }: Corpus): SqlglotAnswer {
  const schema: Record<string, Record<string, Record<string, string>>> = {};
  for (const [name, table] of tables) {
    const [db = "", short = ""] = name.split(".");
    schema[db] ??= {};
    schema[db][short] = Object.fromEntries(
      table.columns.map((column) => [column.name, column.type ?? "varchar"]),
    );
  }
  const script = new URL("./sqlglot-lineage.py", import.meta.url).pathname;
  const { stdout, status, stderr } = spawnSync(python, [script], {
    input: JSON.stringify({ dialect, schema, models }),
    maxBuffer: 1 << 30,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`sqlglot: ${stderr.slice(-500)}`);
  return JSON.parse(stdout) as SqlglotAnswer;
}

interface Agreement {
  both: number;
  readonly onlyOurs: string[];
  readonly onlyTheirs: string[];
}

function compare(ours: Edges, theirs: SqlglotAnswer["edges"]): Agreement {
  const found: Agreement = { both: 0, onlyOurs: [], onlyTheirs: [] };
  for (const [model, columns] of Object.entries(theirs)) {
    for (const [column, sources] of Object.entries(columns)) {
      const mine = ours.get(model)?.get(column) ?? new Set<string>();
      for (const source of sources) {
        if (mine.has(source)) found.both++;
        else found.onlyTheirs.push(`${model}.${column} <- ${source}`);
      }
      for (const source of mine)
        if (!sources.includes(source)) found.onlyOurs.push(`${model}.${column} <- ${source}`);
    }
  }
  return found;
}

/** Every n-th model, so that a sample has all sizes. */
const sampleOf = (corpus: Corpus, count: number): Corpus => {
  const step = Math.max(1, Math.floor(corpus.models.length / count));
  return { ...corpus, models: corpus.models.filter((_, i) => i % step === 0).slice(0, count) };
};

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main(): Promise<void> {
  const folder = process.argv[2] ?? "../shared/data/corpus/tuva";
  if (!existsSync(join(folder, "manifest.json")) && !existsSync(join(folder, "manifest.json.gz"))) {
    print(`no corpus in ${folder}`);
    return;
  }
  const corpus = readCorpus(folder);
  const parser = await loadSqlParser();
  const ours = measureOurs(corpus, parser);
  const columns = [...ours.edges.values()].reduce((sum, each) => sum + each.size, 0);
  print(
    `models ${corpus.models.length}, known to the column ${ours.whole}, columns ${columns}, CPU ${ours.seconds.toFixed(2)} s`,
  );
  const python = process.env["FAULTLINE_BENCH_PYTHON"];
  if (!python) {
    print("sqlglot: not measured (set FAULTLINE_BENCH_PYTHON to a python that has it)");
    return;
  }
  const sample = sampleOf(corpus, Number(process.env["FAULTLINE_BENCH_SAMPLE"] ?? 40));
  const theirs = askSqlglot(python, sample);
  const again = measureOurs(sample, parser);
  const agreement = compare(again.edges, theirs.edges);
  print(
    `sample of ${sample.models.length} models: ours ${again.seconds.toFixed(2)} s, sqlglot ${theirs.version} ${theirs.seconds.toFixed(2)} s, ratio ${(theirs.seconds / again.seconds).toFixed(1)}`,
  );
  print(
    `edges in both ${agreement.both}, only ours ${agreement.onlyOurs.length}, only sqlglot ${agreement.onlyTheirs.length}, models sqlglot failed on ${theirs.failed.length}`,
  );
  for (const line of [
    ...agreement.onlyOurs.slice(0, 10).map((edge) => `  only ours    ${edge}`),
    ...agreement.onlyTheirs.slice(0, 10).map((edge) => `  only sqlglot ${edge}`),
  ])
    print(line);
}

await main();
