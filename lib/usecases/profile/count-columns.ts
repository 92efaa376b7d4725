import type { ColumnProfile, TableProfile } from "#lib/ingest/profile/profile-schema.ts";
import { quoteName, type ReadableTable, type TableReader } from "./table-reader.ts";

/** Columns that one query counts: enough to read a table few times, few enough for every engine's limits. */
const AT_ONCE = 60;

/** Types that have an order and a count of different values; a JSON document or a picture has neither. */
const HAS_NO_ORDER =
  /^(?:json|jsonb|xml|bytea|blob|bit|point|line|lseg|box|path|polygon|circle|struct|map|union|list|array|user-defined|tsvector)|\[\]|\(/i;
const WITH_SCALE = /^(?:decimal|numeric|varchar|char|character|time|timestamp)[\w ]*\(/i;
const NUMBER = /^(?:u?(?:tiny|small|big|huge)?int|integer|real|float|double|decimal|numeric)/i;
const TIME = /^(?:date|time)/i;

/**
 * Counts a table's rows, and for each column its nulls and different values. Bounds are given of numbers and times only:
 * the first and the last text of a column may be somebody's name.
 */
export async function countColumns(
  reader: TableReader,
  table: ReadableTable,
): Promise<TableProfile> {
  let rows = 0;
  const columns: Record<string, ColumnProfile> = {};
  for (let from = 0; from < Math.max(1, table.columns.length); from += AT_ONCE) {
    const part = table.columns.slice(from, from + AT_ONCE);
    const [all, ...values] = await reader.count(
      `select ${["count(*)", ...part.flatMap(countsOf)].join(", ")} from ${table.from}`,
    );
    rows = Number(all);
    for (const [index, { name, type }] of part.entries()) {
      const [filled, distinct, min, max] = values.slice(index * 4, index * 4 + 4);
      columns[name] = {
        type,
        ...(rows === 0 ? {} : { nullShare: (rows - Number(filled)) / rows }),
        ...numberOf("distinct", distinct),
        ...boundOf("min", min, type),
        ...boundOf("max", max, type),
      };
    }
  }
  return { asset: table.name, rows, columns };
}

function countsOf({ name, type }: ReadableTable["columns"][number]): string[] {
  const column = quoteName(name);
  const plain = !HAS_NO_ORDER.test(type) || WITH_SCALE.test(type);
  const bounds = NUMBER.test(type) || TIME.test(type);
  return [
    `count(${column})`,
    plain ? `count(distinct ${column})` : "null",
    bounds ? `cast(min(${column}) as varchar)` : "null",
    bounds ? `cast(max(${column}) as varchar)` : "null",
  ];
}

const numberOf = (key: "distinct", value: unknown): { readonly distinct?: number } =>
  value === null || value === undefined ? {} : { [key]: Number(value) };

function boundOf(
  key: "min" | "max",
  value: unknown,
  type: string,
): { readonly [K in "min" | "max"]?: number | string } {
  if (value === null || value === undefined) return {};
  const number = NUMBER.test(type) ? Number(value) : Number.NaN;
  return {
    [key]:
      Number.isSafeInteger(number) || (!Number.isInteger(number) && Number.isFinite(number))
        ? number
        : String(value),
  };
}
