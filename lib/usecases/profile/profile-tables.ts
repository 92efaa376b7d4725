import type { TableProfile } from "#lib/ingest/profile/profile-schema.ts";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { Failure } from "../failure.ts";
import { countColumns } from "./count-columns.ts";
import { isForDuckdb, openDuckdb } from "./open-duckdb.ts";
import { isForPostgres, openPostgres, withoutPassword } from "./open-postgres.ts";
import { type OpenedReader, type ReadableTable, reasonOf } from "./table-reader.ts";

export interface ProfileRequest {
  /** A DuckDB database, a Parquet or CSV file, or `postgres://…`. */
  readonly target: string;
  /** Only these tables, by any tail of their names; absent: all. */
  readonly tables?: readonly string[];
  /** What the one table of a file is called. */
  readonly asset?: string;
  /** ISO 8601. */
  readonly now: string;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface ProfileOutcome {
  readonly profiles: readonly TableProfile[];
  /** Tables that could not be counted, each with the reason; the others are there. */
  readonly failed: readonly { readonly table: string; readonly reason: string }[];
}

/** Counts the tables of a database or of a file. One that cannot be read is told and does not stop the others. */
export async function profileTables(
  request: ProfileRequest,
): Promise<Result<ProfileOutcome, Failure>> {
  const opened = await openTarget(request.target);
  if (!opened.ok) return opened;
  const reader = opened.value;
  try {
    const wanted = chooseTables(reader.tables, request);
    if (!wanted.ok) return wanted;
    const profiles: TableProfile[] = [];
    const failed: { table: string; reason: string }[] = [];
    for (const [done, table] of wanted.value.entries()) {
      try {
        const counted = await countColumns(reader, table);
        profiles.push({ ...counted, at: request.now });
      } catch (error) {
        failed.push({ table: table.name, reason: reasonOf(error) });
      }
      request.onProgress?.(done + 1, wanted.value.length);
    }
    return ok({ profiles, failed });
  } finally {
    await reader.close();
  }
}

async function openTarget(target: string): Promise<OpenedReader> {
  if (isForPostgres(target)) return openPostgres(target);
  if (isForDuckdb(target)) return openDuckdb(target);
  return err({
    code: "bad-usage",
    message: `${withoutPassword(target)} is nothing that can be counted`,
    next: "Give a DuckDB database (.duckdb, .db), a .parquet or .csv file, or postgres://user@host/database.",
  });
}

function chooseTables(
  tables: readonly ReadableTable[],
  { tables: wanted, asset }: ProfileRequest,
): Result<readonly ReadableTable[], Failure> {
  const [only] = tables;
  if (asset !== undefined) {
    return only !== undefined && tables.length === 1
      ? ok([{ ...only, name: asset }])
      : err({
          code: "bad-usage",
          message: `--asset names one table, and there are ${tables.length}`,
          next: "Choose one with --table, or leave --asset out.",
        });
  }
  if (wanted === undefined) return ok(tables);
  const chosen = tables.filter(({ name }) => wanted.some((tail) => endsWith(name, tail)));
  const missing = wanted.find((tail) => !tables.some(({ name }) => endsWith(name, tail)));
  if (missing === undefined) return ok(chosen);
  return err({
    code: "unknown-asset",
    message: `there is no table ${missing}`,
    candidates: tables.map(({ name }) => name),
  });
}

function endsWith(name: string, tail: string): boolean {
  const whole = `.${name.toLowerCase()}`;
  return whole.endsWith(`.${tail.toLowerCase()}`);
}
