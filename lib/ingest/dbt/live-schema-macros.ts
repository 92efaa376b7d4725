import { makeTable } from "#lib/kit/make-table.ts";
import type { ManifestMacro, ManifestNode } from "./manifest-schema.ts";

/**
 * How a model meets the live columns of what it reads while it is compiled:
 * - `fills`: columns that are missing are written as NULL (a lenient reader: a drop upstream gives nulls, no error);
 * - `lists`: the columns that exist are listed (as `select *` would: a drop upstream takes the column along).
 */
export type LiveSchemaRead = "fills" | "lists";

const READS_COLUMNS =
  /\bget_columns_in_relation\b|\bget_filtered_columns_in_relation\b|\bget_column_schema_from_query\b/;
/** Where engines keep the names of columns, and how a template asks while it is compiled. */
const NAMES_CATALOG =
  /\binformation_schema\b[\s\S]{0,80}?\bcolumns\b|\bsvv_columns\b|\bpg_attribute\b|\bduckdb_columns\b|\bpragma_table_info\b|\ball_tab_columns\b|\bsys\.columns\b|\b(?:describe|desc|show\s+columns\s+(?:in|from))\s+(?:table\b|\{\{)/i;
const ASKS_WHILE_COMPILED =
  /\b(?:run_query|get_query_results_as_dict|get_single_value|load_result|call\s+statement|statement)\s*\(/;
/** A template that writes NULL for a column in the branch where it did not find it. */
const WRITES_NULL = /\bcast\s*\(\s*null\s+as\b|\bnull\s+as\b|\bnull::/i;
/** Packages' macros that may be absent from a manifest, known by what they do. */
const KNOWN: Readonly<Record<string, LiveSchemaRead>> = makeTable({
  "dbt_utils.star": "lists",
  "dbt_utils.get_filtered_columns_in_relation": "lists",
  "dbt_utils.union_relations": "fills",
  "fivetran_utils.fill_staging_columns": "fills",
});

/** A lookup from a model to how it reads live columns; each macro is judged once, cycles among macros are tolerated. */
export function findLiveSchemaReads(
  macros: ReadonlyMap<string, ManifestMacro>,
): (node: ManifestNode) => LiveSchemaRead | undefined {
  const judge = judgeMacros(macros);
  return (node) => {
    const raw = node.raw_code ?? "";
    for (const [name, known] of Object.entries(KNOWN)) {
      if (raw.includes(`${name}(`)) return known;
    }
    const traits = [traitsOf(raw), ...(node.depends_on?.macros ?? []).map(judge)].reduce(
      joinTraits,
    );
    if (!traits.reads && !(traits.catalog && traits.asks)) return undefined;
    return traits.nulls ? "fills" : "lists";
  };
}

interface MacroTraits {
  /** Asks the adapter for the columns of a relation. */
  readonly reads: boolean;
  /** Holds a query for the names of columns. */
  readonly catalog: boolean;
  /** Runs a query while it is compiled. */
  readonly asks: boolean;
  /** Writes NULL where it does not find something. */
  readonly nulls: boolean;
}

const NOTHING: MacroTraits = { reads: false, catalog: false, asks: false, nulls: false };

const traitsOf = (template: string): MacroTraits => ({
  reads: READS_COLUMNS.test(template),
  catalog: NAMES_CATALOG.test(template),
  asks: ASKS_WHILE_COMPILED.test(template),
  nulls: WRITES_NULL.test(template) && /\{%-?\s*(?:el)?if\b|\bif\b[^%}]*\belse\b/.test(template),
});

const joinTraits = (a: MacroTraits, b: MacroTraits): MacroTraits => ({
  reads: a.reads || b.reads,
  catalog: a.catalog || b.catalog,
  asks: a.asks || b.asks,
  nulls: a.nulls || b.nulls,
});

function knownTraits(id: string): MacroTraits {
  const known = KNOWN[id.replace(/^macro\./, "").replace(/\.default__/, ".")];
  return { ...NOTHING, reads: known !== undefined, nulls: known === "fills" };
}

function judgeMacros(macros: ReadonlyMap<string, ManifestMacro>): (id: string) => MacroTraits {
  const judged = new Map<string, MacroTraits>();
  return (start) => {
    const done = judged.get(start);
    if (done) return done;
    let traits = NOTHING;
    const seen = new Set<string>([start]);
    const queue = [start];
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
      const macro = macros.get(id);
      traits = joinTraits(traits, joinTraits(knownTraits(id), traitsOf(macro?.macro_sql ?? "")));
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
