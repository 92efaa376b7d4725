import type { ManifestMacro, ManifestNode } from "./manifest-schema.ts";

/**
 * How a model meets the live columns of what it reads while it is compiled:
 * - `fills`: columns that are missing are written as NULL (a lenient reader: a drop upstream gives nulls, no error);
 * - `lists`: the columns that exist are listed (as `select *` would: a drop upstream takes the column along).
 */
export type LiveSchemaRead = "fills" | "lists";

const READS_COLUMNS =
  /\bget_columns_in_relation\b|\bget_filtered_columns_in_relation\b|\bget_column_schema_from_query\b/;
/** A template that writes NULL for a column in the branch where it did not find it. */
const WRITES_NULL = /\bcast\s*\(\s*null\s+as\b|\bnull\s+as\b|\bnull::/i;
/** Packages' macros that may be absent from a manifest, known by what they do. */
const KNOWN: Readonly<Record<string, LiveSchemaRead>> = {
  "dbt_utils.star": "lists",
  "dbt_utils.get_filtered_columns_in_relation": "lists",
  "dbt_utils.union_relations": "fills",
  "fivetran_utils.fill_staging_columns": "fills",
};

/** A lookup from a model to how it reads live columns; each macro is judged once, cycles among macros are tolerated. */
export function findLiveSchemaReads(
  macros: ReadonlyMap<string, ManifestMacro>,
): (node: ManifestNode) => LiveSchemaRead | undefined {
  const judge = judgeMacros(macros);
  return (node) => {
    const raw = node.raw_code ?? "";
    const traits = {
      reads: READS_COLUMNS.test(raw),
      nulls: WRITES_NULL.test(raw) && /\{%[^%]*\bif\b/.test(raw),
    };
    for (const [name, known] of Object.entries(KNOWN)) {
      if (raw.includes(`${name}(`)) return known;
    }
    for (const id of node.depends_on?.macros ?? []) {
      const judged = judge(id);
      traits.reads ||= judged.reads;
      traits.nulls ||= judged.nulls;
    }
    if (!traits.reads) return undefined;
    return traits.nulls ? "fills" : "lists";
  };
}

interface MacroTraits {
  reads: boolean;
  nulls: boolean;
}

function judgeMacros(macros: ReadonlyMap<string, ManifestMacro>): (id: string) => MacroTraits {
  const judged = new Map<string, MacroTraits>();
  return (start) => {
    const done = judged.get(start);
    if (done) return done;
    const traits: MacroTraits = { reads: false, nulls: false };
    const seen = new Set<string>([start]);
    const queue = [start];
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
      const macro = macros.get(id);
      const known = KNOWN[id.replace(/^macro\./, "").replace(/\.default__/, ".")];
      const sql = macro?.macro_sql ?? "";
      traits.reads ||= known !== undefined || READS_COLUMNS.test(sql);
      traits.nulls ||=
        known === "fills" || (WRITES_NULL.test(sql) && /\{%-?\s*(?:el)?if\b/.test(sql));
      for (const next of macro?.depends_on?.macros ?? []) {
        if (!seen.has(next) && !next.startsWith("macro.dbt.")) {
          seen.add(next);
          queue.push(next);
        }
      }
    }
    judged.set(start, traits);
    return traits;
  };
}
