import {
  asList,
  asRecord,
  asText,
  compareText,
  type LooseRecord,
  ownValue,
  sortedEntries,
} from "#lib/ingest/loose-value.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import type { Use } from "#lib/model/use.ts";
import { readName } from "./check-event.ts";
import type { Complain } from "./read-schema.ts";

/** One dependency on a column, or on a whole dataset where `field` is absent; on the rows where `toColumn` is absent. */
export interface LineageStep {
  readonly from: AssetName;
  readonly field?: string;
  /** The source is a job (the facet `lineage` may say so), not a dataset. */
  readonly fromJob?: boolean;
  readonly toColumn?: string;
  readonly use: Use;
  readonly cap?: "likely" | "possible";
  readonly expression?: string;
}

export interface ColumnLineage {
  readonly steps: readonly LineageStep[];
  /** Output columns in the order of the facet. */
  readonly outputs: readonly string[];
  /** The producer said how at least one value is made. False: dbt-ol and others list the inputs and no more. */
  readonly hasTransformations: boolean;
}

export type LineageFacet = "columnLineage" | "lineage";

interface FacetKeys {
  readonly inputs: string;
  readonly whole: string;
}

/**
 * The two facets that tell of columns: `columnLineage` (1-2-0), and `lineage` (1-0-0), which says the same with other
 * keys and may name whole datasets and jobs.
 */
const KEYS: Readonly<Record<LineageFacet, FacetKeys>> = {
  columnLineage: { inputs: "inputFields", whole: "dataset" },
  lineage: { inputs: "inputs", whole: "inputs" },
};

/** The datasets that a lineage names as sources, each once, in order. */
export function lineageSources({ steps }: ColumnLineage): readonly string[] {
  return [...new Set(steps.map((step) => `${step.from.namespace} ${step.from.name}`))].sort(
    compareText,
  );
}

/** A lineage facet of an output, or undefined where its shape says nothing. */
export function readLineage(
  name: LineageFacet,
  facet: unknown,
  complain: Complain,
): ColumnLineage | undefined {
  const keys = KEYS[name];
  const record = asRecord(facet);
  if (record === undefined) {
    if (facet !== undefined && facet !== null) complain("the lineage facet is not an object");
    return undefined;
  }
  const fields = asRecord(ownValue(record, "fields"));
  if (fields === undefined && record["fields"] !== undefined)
    complain("`fields` of the lineage facet is not an object");
  const seen = { transformations: false };
  const steps: LineageStep[] = [];
  for (const [column, entry] of sortedEntries(fields)) {
    steps.push(...readOutputColumn({ column, entry: asRecord(entry), keys, seen, complain }));
  }
  steps.push(...readWhole({ value: record[keys.whole], where: keys.whole, seen, complain }));
  const outputs = Object.keys(fields ?? {}).filter((column) => column !== "");
  if (steps.length === 0 && outputs.length === 0) return undefined;
  return { steps: distinctSteps(steps), outputs, hasTransformations: seen.transformations };
}

interface OutputColumn {
  readonly column: string;
  readonly entry: LooseRecord | undefined;
  readonly keys: FacetKeys;
  readonly seen: { transformations: boolean };
  readonly complain: Complain;
}

function readOutputColumn({
  column,
  entry,
  keys,
  seen,
  complain,
}: OutputColumn): readonly LineageStep[] {
  const inputs = asList(ownValue(entry, keys.inputs));
  if (entry === undefined || inputs === undefined || column === "") {
    complain(`the lineage of column \`${column}\` has no list of \`${keys.inputs}\``);
    return [];
  }
  const old = asText(entry["transformationType"])?.toUpperCase();
  return inputs.flatMap((input, index) => {
    if (isOwnJob(input)) return [];
    const source = readSource(input);
    if (source === undefined) {
      complain(`input ${index + 1} of column \`${column}\` names no dataset and field`);
      return [];
    }
    const said = usesOf(source.transformations, complain);
    if (said.length > 0) seen.transformations = true;
    const uses = said.length > 0 ? said : [silentUse(inputs.length, old)];
    return uses.map((use) => stepOf(source, use, column));
  });
}

interface WholeDataset {
  readonly value: unknown;
  readonly where: string;
  readonly seen: { transformations: boolean };
  readonly complain: Complain;
}

function readWhole({ value, where, seen, complain }: WholeDataset): readonly LineageStep[] {
  if (value === undefined || value === null) return [];
  const list = asList(value);
  if (list === undefined) {
    complain(`\`${where}\` of the lineage facet is not a list`);
    return [];
  }
  return list.flatMap((input) => {
    if (isOwnJob(input)) return [];
    const source = readSource(input);
    if (source === undefined) {
      complain(`an entry of \`${where}\` names no dataset`);
      return [];
    }
    const said = usesOf(source.transformations, complain);
    if (said.length > 0) seen.transformations = true;
    return wholeUses(said).map((use) => stepOf(source, use, undefined));
  });
}

/**
 * A value used for the whole dataset decides about rows in a way that its kind does not tell: Spark reports the key it
 * partitions its output by as a direct transformation. If the column has an indirect use as well, that one says it.
 */
function wholeUses(said: readonly StatedUse[]): readonly StatedUse[] {
  const indirect = said.filter((use) => use.indirect);
  if (indirect.length > 0) return indirect;
  return said.length === 0
    ? [{ use: "UNKNOWN", indirect: true }]
    : [{ use: "FILTER", cap: "possible", indirect: true }];
}

/** The event's own job made the value: it comes from nowhere else. */
function isOwnJob(input: unknown): boolean {
  const record = asRecord(input);
  return asText(record?.["type"])?.toUpperCase() === "JOB" && record?.["name"] === undefined;
}

interface Source {
  readonly from: AssetName;
  readonly field?: string;
  readonly fromJob: boolean;
  readonly transformations: unknown;
}

function readSource(input: unknown): Source | undefined {
  const record = asRecord(input);
  const from = readName(record);
  if (record === undefined || from === undefined) return undefined;
  const field = asText(record["field"]);
  const fromJob = asText(record["type"])?.toUpperCase() === "JOB";
  const base = { from, fromJob, transformations: record["transformations"] };
  return field === undefined ? base : { ...base, field };
}

interface StatedUse {
  readonly use: Use;
  readonly cap?: "likely" | "possible";
  readonly expression?: string;
  /** It decides about rows, or about a value without being part of it. */
  readonly indirect: boolean;
}

/**
 * Without transformations it is known that the column is read and not how. One input is taken as passed on, the use
 * that absorbs least, so nothing reads as safe; several inputs cannot all be passed on as they are. Either way no rule
 * over such an edge says more than `likely`.
 */
function silentUse(inputs: number, old: string | undefined): StatedUse {
  if (old === "MASKED") return { use: "ARITH", cap: "likely", indirect: false };
  if (old === "IDENTITY" && inputs === 1) return { use: "IDENTITY", indirect: false };
  return { use: inputs === 1 ? "IDENTITY" : "ARITH", cap: "likely", indirect: false };
}

/** Uses that touch the rows wherever the facet puts them: without its dataset list Spark repeats them for each column. */
const ROW_USES = new Set<Use>(["JOIN_INNER", "FILTER", "GROUP_BY", "SORT"]);

const INDIRECT_USES: Readonly<Record<string, Omit<StatedUse, "indirect">>> = {
  // The facet does not tell an inner join from an outer one.
  JOIN: { use: "JOIN_INNER", cap: "likely" },
  FILTER: { use: "FILTER" },
  GROUP_BY: { use: "GROUP_BY" },
  SORT: { use: "SORT" },
  WINDOW: { use: "WINDOW" },
  CONDITIONAL: { use: "CONDITIONAL" },
  CONDITION: { use: "CONDITIONAL" },
};

function usesOf(value: unknown, complain: Complain): readonly StatedUse[] {
  const list = asList(value);
  if (list === undefined) {
    if (value !== undefined && value !== null) complain("`transformations` is not a list");
    return [];
  }
  return list.flatMap((item) => {
    const record = asRecord(item);
    const type = asText(record?.["type"])?.toUpperCase();
    if (record === undefined || type === undefined) {
      complain("a transformation has no `type`");
      return [];
    }
    const use = statedUse({ type, record, complain });
    const expression = asText(record["description"])?.slice(0, 200);
    return expression === undefined ? use : { ...use, expression };
  });
}

interface Transformation {
  readonly type: string;
  readonly record: LooseRecord;
  readonly complain: Complain;
}

function statedUse({ type, record, complain }: Transformation): StatedUse {
  const subtype = asText(record["subtype"])?.toUpperCase().replaceAll(" ", "_");
  if (type === "INDIRECT") {
    const known = INDIRECT_USES[subtype ?? ""];
    if (known !== undefined) return { ...known, indirect: true };
  }
  if (type === "DIRECT") return directUse(subtype, record["masking"] === true);
  complain(
    `the transformation ${type}/${subtype ?? "-"} is not one of the specification; how it uses the column is not known`,
  );
  return { use: "UNKNOWN", indirect: true };
}

function directUse(subtype: string | undefined, masking: boolean): StatedUse {
  if (subtype === "IDENTITY") return { use: "IDENTITY", indirect: false };
  // A masked aggregation keeps nothing of the values: it counts.
  if (subtype === "AGGREGATION")
    return { use: masking ? "AGG_COUNT" : "AGG_SUM", cap: "likely", indirect: false };
  return { use: "ARITH", cap: "likely", indirect: false };
}

function stepOf(source: Source, stated: StatedUse, column: string | undefined): LineageStep {
  const toRows = column === undefined || (stated.indirect && ROW_USES.has(stated.use));
  return {
    from: source.from,
    ...(source.field === undefined ? {} : { field: source.field }),
    ...(source.fromJob ? { fromJob: true } : {}),
    ...(toRows ? {} : { toColumn: column }),
    use: source.field === undefined ? "UNKNOWN" : stated.use,
    ...(stated.cap === undefined ? {} : { cap: stated.cap }),
    ...(stated.expression === undefined ? {} : { expression: stated.expression }),
  };
}

function distinctSteps(steps: readonly LineageStep[]): readonly LineageStep[] {
  const byKey = new Map<string, LineageStep>();
  for (const step of steps) {
    const { from, field, toColumn, use } = step;
    const key = `${use}\n${toColumn ?? ""}\n${field ?? ""}\n${from.namespace}\n${from.name}`;
    if (!byKey.has(key)) byKey.set(key, step);
  }
  return byKey.size === steps.length ? steps : [...byKey.values()];
}
