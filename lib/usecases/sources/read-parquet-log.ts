import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { err, ok, type Result } from "#lib/kit/result.ts";
import { quoteText, reasonOf } from "../profile/table-reader.ts";

/** As much text as any file may have. */
const MOST_BYTES = 400_000_000;

/**
 * The rows of a Parquet file as JSON lines. Logs of warehouses are exported so; of other Parquet files the footer says all
 * that is asked. Needs DuckDB, which is optional.
 */
export async function readParquetLog(path: string): Promise<Result<string, string>> {
  const duckdb = await import("@duckdb/node-api").catch(() => undefined);
  if (duckdb === undefined)
    return err(
      "it holds an access log, and Parquet is read with the package @duckdb/node-api, which is not installed; install it, or export CSV or JSON",
    );
  const folder = await mkdtemp(join(tmpdir(), "faultline-log-"));
  const file = join(folder, "log.jsonl");
  try {
    const instance = await duckdb.DuckDBInstance.create();
    const connection = await instance.connect();
    await connection.run(
      `copy (select * from read_parquet(${quoteText(path)})) to ${quoteText(file)} (format json)`,
    );
    connection.closeSync();
    instance.closeSync();
    const { size } = await stat(file);
    if (size > MOST_BYTES)
      return err(`its rows are ${size} bytes as text; at most ${MOST_BYTES} are read`);
    return ok(await readFile(file, "utf8"));
  } catch (error) {
    return err(reasonOf(error));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
