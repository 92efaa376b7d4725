import { resolve } from "node:path";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { readTextFile } from "#lib/usecases/sources/read-text-file.ts";
import type { CliIo } from "../cli-io.ts";
import type { CommandHost } from "../command-host.ts";
import { EXIT } from "../exit-codes.ts";
import { reportFailure, reportProblems } from "../report-failure.ts";

interface LineageOptions {
  readonly dialect: string;
  readonly schema?: string;
  readonly format: string;
}

/** `lineage`: column lineage of one statement, with no store. */
export function addLineageCommand({ program, io, endWith }: CommandHost): void {
  program
    .command("lineage")
    .description("column lineage of one SQL statement, no store needed")
    .argument("<file>", "a file with SQL, or - for stdin")
    .requiredOption(
      "--dialect <dialect>",
      "duckdb, postgres, snowflake, bigquery, databricks, spark, redshift, tsql, mysql, trino …",
    )
    .option("--schema <file>", 'columns of the tables: {"orders": {"id": "INTEGER"}}')
    .option("--format <format>", "text or json", "text")
    .action(async (file: string, options: LineageOptions) => {
      endWith(await runLineage({ io, file, options }));
    });
}

async function runLineage({
  io,
  file,
  options,
}: {
  readonly io: CliIo;
  readonly file: string;
  readonly options: LineageOptions;
}): Promise<number> {
  if (options.format !== "text" && options.format !== "json") {
    return reportFailure(io, {
      code: "bad-usage",
      message: `--format ${options.format}: text and json are known here`,
    });
  }
  const { checkDialect } = await import("#lib/usecases/gate/check-dialect.ts");
  const dialect = checkDialect(options.dialect);
  if (!dialect.ok) return reportFailure(io, dialect.error);
  const sql = await readText(io, file);
  if (!sql.ok) return reportFailure(io, sql.error);
  const schema = await readSchema(io, options.schema);
  if (!schema.ok) return reportFailure(io, schema.error);
  const [{ answerLineage }, { loadSqlParser }] = await Promise.all([
    import("#lib/ingest/sql/lineage-answer.ts"),
    import("#lib/usecases/sources/load-sql-parser.ts"),
  ]);
  const parser = await loadSqlParser();
  const answer = answerLineage({
    sql: sql.value,
    dialect: options.dialect,
    schema: schema.value,
    parser,
    now: () => performance.now(),
  });
  if (options.format === "json") io.out(`${JSON.stringify(answer, null, 2)}\n`);
  else {
    for (const { name, sources } of answer.outputs) {
      io.out(
        `${name}: ${sources.map(({ table, column, use }) => `${table}.${column} (${use})`).join(", ") || "no column"}\n`,
      );
    }
    for (const { table, column, use } of answer.influences)
      io.out(`rows: ${table}.${column} (${use})\n`);
    reportProblems(io, answer.problems);
  }
  return EXIT.ok;
}

async function readText(io: CliIo, file: string): Promise<Result<string, Failure>> {
  return file === "-" ? ok(await io.readStdin()) : readTextFile(resolve(io.cwd, file), file);
}

type Schema = Readonly<Record<string, Readonly<Record<string, string>>>>;

async function readSchema(io: CliIo, file: string | undefined): Promise<Result<Schema, Failure>> {
  if (file === undefined) return ok({});
  const text = await readText(io, file);
  if (!text.ok) return text;
  const { z } = await import("zod");
  const schema = z.record(z.string(), z.record(z.string(), z.string()));
  try {
    const parsed = schema.safeParse(JSON.parse(text.value));
    if (parsed.success) return ok(parsed.data);
    const [issue] = parsed.error.issues;
    return err({
      code: "wrong-shape",
      message: `${file}: ${issue?.path.map(String).join(".") ?? ""} ${issue?.message ?? "has a wrong shape"}`,
      next: 'write it as {"table": {"column": "TYPE"}}',
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return err({ code: "bad-json", message: `${file} is not valid JSON: ${reason}` });
  }
}
