import { resolve } from "node:path";
import type { TableProfile } from "#lib/ingest/profile/profile-schema.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import type { ProfileOutcome } from "#lib/usecases/profile/profile-tables.ts";
import type { CliIo } from "../cli-io.ts";
import type { CommandHost } from "../command-host.ts";
import { EXIT } from "../exit-codes.ts";
import { reportFailure } from "../report-failure.ts";
import { showProgress } from "../show-progress.ts";

interface ProfileOptions {
  readonly table?: readonly string[];
  readonly asset?: string;
  readonly out?: string;
  readonly format: string;
}

/** `profile`: counts rows, nulls and different values, for `ingest` to read. */
export function addProfileCommand({ program, io, endWith }: CommandHost): void {
  program
    .command("profile")
    .description("count rows, nulls and values of tables: DuckDB, Parquet, CSV, PostgreSQL")
    .argument("<target...>", "databases (.duckdb, postgres://…) or files (.parquet, .csv)")
    .option("--table <name...>", "only these tables of a database")
    .option("--asset <name>", "what the table of a file is called in the graph")
    .option("--out <file>", "write the profiles there, for `faultline ingest`")
    .option("--format <format>", "text or json (the file that `ingest` reads)", "text")
    .action(async (targets: readonly string[], options: ProfileOptions) => {
      const outcome = await countAll({ io, targets, options });
      if (!outcome.ok) return endWith(reportFailure(io, outcome.error));
      endWith(await write({ io, outcome: outcome.value, options }));
    });
}

interface Call {
  readonly io: CliIo;
  readonly targets: readonly string[];
  readonly options: ProfileOptions;
}

async function countAll({ io, targets, options }: Call): Promise<Result<ProfileOutcome, Failure>> {
  if (options.format !== "text" && options.format !== "json")
    return err({
      code: "bad-usage",
      message: `--format ${options.format}: text and json are known here`,
    });
  const { profileTables } = await import("#lib/usecases/profile/profile-tables.ts");
  const progress = showProgress(io);
  const profiles: TableProfile[] = [];
  const failed: ProfileOutcome["failed"][number][] = [];
  for (const target of targets) {
    const counted = await profileTables({
      target: target.includes("://") ? target : resolve(io.cwd, target),
      now: io.now().toISOString(),
      onProgress: (done, total) => progress.step("counting", done, total),
      ...(options.table === undefined ? {} : { tables: options.table }),
      ...(options.asset === undefined ? {} : { asset: options.asset }),
    });
    if (!counted.ok) return counted;
    profiles.push(...counted.value.profiles);
    failed.push(...counted.value.failed);
  }
  progress.end();
  return ok({ profiles, failed });
}

async function write({
  io,
  outcome: { profiles, failed },
  options,
}: {
  readonly io: CliIo;
  readonly outcome: ProfileOutcome;
  readonly options: ProfileOptions;
}): Promise<number> {
  for (const { table, reason } of failed)
    io.err(`faultline: ${table} was not counted: ${reason}\n`);
  const text = `${JSON.stringify({ profiles }, null, 1)}\n`;
  if (options.out !== undefined) {
    const { writeFile } = await import("node:fs/promises");
    try {
      await writeFile(resolve(io.cwd, options.out), text);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return reportFailure(io, { code: "bad-usage", message: `--out ${options.out}: ${reason}` });
    }
  }
  if (options.format === "json") io.out(text);
  else {
    for (const profile of profiles) io.out(`${sentenceOf(profile)}\n`);
    io.out(nextStep(options.out));
  }
  return profiles.length > 0 ? EXIT.ok : EXIT.usage;
}

const nextStep = (out: string | undefined): string =>
  out === undefined
    ? "next: write it down with --out profile.json, and `faultline ingest profile.json`\n"
    : `next: faultline ingest ${out}\n`;

/** `shop.orders: 1,204 rows, 11 columns; only nulls in coupon_code`. */
function sentenceOf({ asset, rows, columns }: TableProfile): string {
  const named = Object.entries(columns ?? {}) as [string, { readonly nullShare?: number }][];
  const nulls = named.filter(([, one]) => one.nullShare === 1).map(([name]) => name);
  const counts = `${asset}: ${(rows ?? 0).toLocaleString("en")} rows, ${named.length} columns`;
  return nulls.length === 0 ? counts : `${counts}; only nulls in ${nulls.join(", ")}`;
}
