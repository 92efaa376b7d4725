import { type FileHandle, open } from "node:fs/promises";
import { kindOfRows } from "#lib/ingest/access-history/read-access-history.ts";
import { readParquetFooter } from "#lib/ingest/table-files/read-parquet-footer.ts";
import type { TableFileText } from "#lib/ingest/table-files/read-table-files.ts";
import { err, ok, type Result } from "#lib/kit/result.ts";
import { describeDuckdb } from "./describe-duckdb.ts";
import { readParquetLog } from "./read-parquet-log.ts";

export const isTableFile = (path: string): boolean => /\.(?:parquet|pq|duckdb|ddb)$/i.test(path);

/** What a file without text says of its tables, as the text that readers get. The data itself is not read, but of access logs. */
export async function describeTableFile(path: string): Promise<Result<string, string>> {
  const described = /\.(?:parquet|pq)$/i.test(path)
    ? await describeParquet(path)
    : await describeDuckdb(path);
  if (described.ok && isAccessLog(described.value)) return readParquetLog(path);
  return described.ok ? ok(JSON.stringify(described.value satisfies TableFileText)) : described;
}

/** Its rows are what is asked for, and not its columns. */
const isAccessLog = ({ tableFile: { format, tables } }: TableFileText): boolean =>
  format === "parquet" &&
  tables.some(({ columns }) => kindOfRows(columns.map(({ name }) => name)) !== undefined);

/** Behind the footer stand its length, in four bytes, and the mark `PAR1`. */
const TAIL = 8;
const MAX_FOOTER = 64_000_000;

async function describeParquet(path: string): Promise<Result<TableFileText, string>> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const tail = await readAt(file, { from: size - TAIL, length: TAIL });
    const length = tail?.readUInt32LE(0) ?? 0;
    if (tail?.toString("latin1", 4) !== "PAR1" || length > Math.min(MAX_FOOTER, size))
      return err("it does not end as a Parquet file does");
    const footer = await readAt(file, { from: size - TAIL - length, length });
    const read = footer && readParquetFooter(footer);
    if (read === undefined) return err("its Parquet footer cannot be read");
    return ok({ tableFile: { format: "parquet", tables: [{ path: [], ...read }] } });
  } finally {
    await file.close();
  }
}

async function readAt(
  file: FileHandle,
  { from, length }: { readonly from: number; readonly length: number },
): Promise<Buffer | undefined> {
  if (from < 0) return undefined;
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, from);
  return bytesRead === length ? buffer : undefined;
}
