import { asRecord, asText } from "#lib/ingest/loose-value.ts";
import type { QueryFact } from "#lib/model/fact.ts";
import { dialectOf } from "./dataset-name.ts";
import type { JobState } from "./gather-events.ts";

export interface QueryHome {
  readonly namespace: string;
  readonly path: readonly string[] | undefined;
}

export function jobQuery(job: JobState, home: QueryHome): QueryFact | undefined {
  const sighting = job.facets.get("sql") ?? sqlSource(job);
  const facet = asRecord(sighting?.value);
  const sql = asText(facet?.["query"]) ?? asText(facet?.["sourceCode"]);
  if (sighting === undefined || sql === undefined || !READS.has(firstWord(sql))) return undefined;
  const dialect = asText(facet?.["dialect"]) ?? dialectOf(home.namespace) ?? "duckdb";
  const defaultPath = home.path?.slice(0, -1) ?? [];
  return {
    name: job.name.name,
    sql,
    dialect,
    ...(defaultPath.length === 0 ? {} : { defaultPath }),
    provenance: sighting.provenance,
  };
}

/** A job whose code is SQL, told by its code and not by the facet for SQL. */
function sqlSource(job: JobState): ReturnType<JobState["facets"]["get"]> {
  const sighting = job.facets.get("sourceCode");
  const language = asText(asRecord(sighting?.value)?.["language"]);
  return language?.toLowerCase() === "sql" ? sighting : undefined;
}

const READS = new Set([
  "select",
  "with",
  "insert",
  "create",
  "replace",
  "merge",
  "update",
  "from",
  "values",
]);

/** The statement's first word in lower case, after comments and opening brackets. */
export function firstWord(sql: string): string {
  let at = 0;
  for (;;) {
    const rest = sql.slice(at, at + 2);
    if (rest === "--") at = endOf(sql, at, "\n");
    else if (rest === "/*") at = endOf(sql, at, "*/");
    else if (/^[\s(;]/.test(rest)) at++;
    else break;
  }
  return /^[a-z]+/i.exec(sql.slice(at, at + 20))?.[0].toLowerCase() ?? "";
}

function endOf(sql: string, at: number, mark: string): number {
  const end = sql.indexOf(mark, at + 2);
  return end < 0 ? sql.length : end + mark.length;
}
