import type { AssetAttributes } from "./asset.ts";

/** Queries that a warehouse's log shows and that wrote nothing: people and tools that looked. */
export interface Queried {
  /** Absent: the log names no columns; it may have been any. */
  readonly column?: string;
  /** Different users; the log's own names are not kept. */
  readonly users: number;
  readonly times: number;
  /** ISO 8601, of the last one. */
  readonly last: string;
}

/** What the log shows of the last thirty days that it tells of; kept with the attributes that are not modelled. */
export function queriesOf({ extra }: Pick<AssetAttributes, "extra">): readonly Queried[] {
  const said = extra?.["queried"];
  return Array.isArray(said) ? said.filter(isQueried) : [];
}

function isQueried(value: unknown): value is Queried {
  if (typeof value !== "object" || value === null) return false;
  const { column, users, times, last } = value as Readonly<Record<string, unknown>>;
  const isNamed = column === undefined || typeof column === "string";
  return (
    isNamed && typeof users === "number" && typeof times === "number" && typeof last === "string"
  );
}
