import { asRecord } from "../loose-value.ts";
import type { GraphAsset } from "./graph-schema.ts";

/** An entry of `assets` as it is surely meant: one query instead of a list of them, `query` for `sql`, no kind. */
export function mendAsset(entry: unknown): unknown {
  const asset = asRecord(entry);
  if (!asset) return entry;
  const { kind, queries } = asset;
  return {
    ...asset,
    kind: typeof kind === "string" ? kind : "",
    ...(queries === undefined || queries === null ? {} : { queries: mendQueries(queries) }),
  };
}

/** An entry of `edges` whose use is missing or no text still says that one reads the other: the use becomes one that nobody knows. */
export function mendEdge(entry: unknown): unknown {
  const edge = asRecord(entry);
  if (!edge || typeof edge["use"] === "string") return entry;
  return { ...edge, use: JSON.stringify(edge["use"] ?? undefined) ?? "" };
}

function mendQueries(queries: unknown): unknown {
  if (Array.isArray(queries)) return queries.map(mendQuery);
  return typeof queries === "string" || asRecord(queries) ? [mendQuery(queries)] : queries;
}

function mendQuery(query: unknown): unknown {
  if (typeof query === "string") return { sql: query };
  const record = asRecord(query);
  if (!record || typeof record["query"] !== "string" || "sql" in record) return query;
  const { query: sql, ...rest } = record;
  return { ...rest, sql };
}

type Queries = GraphAsset["queries"];

/** A query whose text cannot be read still reads something: it stays, without a text, so that nobody takes it for none. */
export function keepUnreadQueries(entry: unknown, read: Queries): Queries {
  const said = asRecord(entry)?.["queries"];
  if (said === undefined || said === null) return read;
  if (!Array.isArray(said)) return [{ sql: "" }];
  const readable = (read ?? []).values();
  return said.map((one: unknown) => {
    const record = asRecord(one);
    const next = typeof record?.["sql"] === "string" ? readable.next() : undefined;
    if (next && !next.done) return next.value;
    const name = record?.["name"];
    return typeof name === "string" ? { name, sql: "" } : { sql: "" };
  });
}
