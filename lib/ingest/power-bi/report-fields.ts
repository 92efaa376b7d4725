import {
  asRecord,
  asText,
  type LooseRecord,
  ownValue,
  recordsIn,
} from "#lib/ingest/loose-value.ts";
import type { Use } from "#lib/model/use.ts";
import type { ColumnRef } from "./semantic-model.ts";

/** A field that a visual shows, folds or filters by. */
export interface VisualField extends ColumnRef {
  readonly use: Extract<Use, "DIMENSION" | "MEASURE" | "BI_FILTER">;
  readonly isMeasure: boolean;
  /** The field is a level of this hierarchy of the table, and `column` the level's name. */
  readonly hierarchy?: string;
}

interface Walk {
  /** Tables by the short names that a query gives them. */
  readonly aliases: ReadonlyMap<string, string>;
  readonly filters: boolean;
  readonly folds: boolean;
  readonly found: Map<string, VisualField>;
}

/** Every field that a part of a report's definition names, wherever in it. Filters are told from what is shown. */
export function readVisualFields(definition: unknown, asFilter = false): readonly VisualField[] {
  const found = new Map<string, VisualField>();
  walk(definition, { aliases: new Map(), filters: asFilter, folds: false, found });
  return [...found.values()];
}

const FILTER_KEYS: ReadonlySet<string> = new Set(["filters", "filterConfig", "Where", "filter"]);

/** Names what is shown now, not what is read: colours, titles, cached values of a slicer. */
const SKIPPED_KEYS: ReadonlySet<string> = new Set([
  "cachedFilterDisplayItems",
  "bookmarks",
  "themeCollection",
  "slowDataSourceSettings",
]);

function walk(value: unknown, state: Walk): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, state);
    return;
  }
  const record = asRecord(value);
  if (record === undefined) return;
  const inner = { ...state, aliases: withAliases(record, state.aliases) };
  for (const [key, child] of Object.entries(record)) {
    if (SKIPPED_KEYS.has(key)) continue;
    if (key === "Column" || key === "Measure") addField(key, asRecord(child), inner);
    else if (key === "HierarchyLevel") addLevel(asRecord(child), inner);
    else
      walk(child, {
        ...inner,
        filters: inner.filters || FILTER_KEYS.has(key),
        folds: inner.folds || key === "Aggregation",
      });
  }
}

function withAliases(
  record: LooseRecord,
  outer: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const from = recordsIn(record["From"]);
  if (from.length === 0) return outer;
  const own = from.flatMap((one): readonly (readonly [string, string])[] => {
    const name = asText(one["Name"]);
    const entity = asText(one["Entity"]);
    return name === undefined || entity === undefined ? [] : [[name, entity]];
  });
  return new Map([...outer, ...own]);
}

function tableOf(expression: unknown, { aliases }: Walk): string | undefined {
  const source = asRecord(ownValue(asRecord(expression), "SourceRef"));
  const alias = asText(ownValue(source, "Source"));
  return (
    asText(ownValue(source, "Entity")) ?? (alias === undefined ? undefined : aliases.get(alias))
  );
}

function addField(key: "Column" | "Measure", field: LooseRecord | undefined, state: Walk): void {
  const column = asText(ownValue(field, "Property"));
  const expression = ownValue(field, "Expression");
  const table = tableOf(expression, state);
  if (column === undefined || table === undefined) {
    walk(expression, state);
    return;
  }
  add({ table, column }, key === "Measure", state);
}

/** The model knows which column a level shows. */
function addLevel(level: LooseRecord | undefined, state: Walk): void {
  const hierarchy = asRecord(ownValue(asRecord(ownValue(level, "Expression")), "Hierarchy"));
  const column = asText(ownValue(level, "Level"));
  const table = tableOf(ownValue(hierarchy, "Expression"), state);
  // Dates bring hierarchies of their own, whose column stands deeper.
  const variation = asRecord(
    ownValue(asRecord(ownValue(hierarchy, "Expression")), "PropertyVariationSource"),
  );
  const dated = asText(ownValue(variation, "Property"));
  const datedTable = tableOf(ownValue(variation, "Expression"), state);
  if (dated !== undefined && datedTable !== undefined)
    add({ table: datedTable, column: dated }, false, state);
  else if (column !== undefined && table !== undefined)
    add({ table, column, hierarchy: asText(ownValue(hierarchy, "Hierarchy")) ?? "" }, false, state);
}

function add(
  ref: ColumnRef & Pick<VisualField, "hierarchy">,
  isMeasure: boolean,
  { filters, folds, found }: Walk,
): void {
  const use = filters ? "BI_FILTER" : isMeasure || folds ? "MEASURE" : "DIMENSION";
  const level = ref.hierarchy === undefined ? "" : `${ref.hierarchy}/`;
  const key = `${use}/${ref.table}/${level}${ref.column}`.toLowerCase();
  if (!found.has(key)) found.set(key, { ...ref, use, isMeasure });
}
