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
import { type NameReader, numberNames, withoutRepeated } from "./name-book.ts";
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
export function lineageSources({ steps }: Pick<ColumnLineage, "steps">): readonly string[] {
  const texts = sourcesOf({ steps }).map(({ namespace, name }) => `${namespace} ${name}`);
  return texts.length < 2 ? texts : [...new Set(texts)].sort(compareText);
}

/** The names that the steps start from. Each is there at least once, and mostly at most once. */
export function sourcesOf({ steps }: Pick<ColumnLineage, "steps">): readonly AssetName[] {
  const names = new Set<AssetName>();
  for (const { from } of steps) names.add(from);
  return [...names];
}

export interface FacetReading {
  readonly readName: NameReader;
  readonly complain: Complain;
}

/** A lineage facet of an output, or undefined where its shape says nothing. */
export function readLineage(
  name: LineageFacet,
  facet: unknown,
  { readName, complain }: FacetReading,
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
  const reading: Reading = { keys, readName, complain, transformations: false, steps: [] };
  for (const [column, entry] of sortedEntries(fields)) {
    readOutputColumn(reading, { column, entry: asRecord(entry) });
  }
  readWhole(reading, record[keys.whole]);
  const { steps } = reading;
  const outputs = Object.keys(fields ?? {}).filter((column) => column !== "");
  if (steps.length === 0 && outputs.length === 0) return undefined;
  return { steps: distinctSteps(steps), outputs, hasTransformations: reading.transformations };
}

/** What was read of a facet so far. */
interface Reading extends FacetReading {
  readonly keys: FacetKeys;
  readonly steps: LineageStep[];
  transformations: boolean;
}

function readOutputColumn(
  reading: Reading,
  { column, entry }: { readonly column: string; readonly entry: LooseRecord | undefined },
): void {
  const { keys, complain } = reading;
  const inputs = asList(ownValue(entry, keys.inputs));
  if (entry === undefined || inputs === undefined || column === "") {
    complain(`the lineage of column \`${column}\` has no list of \`${keys.inputs}\``);
    return;
  }
  const old = asText(entry["transformationType"])?.toUpperCase();
  for (const [index, input] of inputs.entries()) {
    if (isOwnJob(input)) continue;
    const source = readSource(input, reading.readName);
    if (source === undefined) {
      complain(`input ${index + 1} of column \`${column}\` names no dataset and field`);
      continue;
    }
    const said = usesOf(source.transformations, complain);
    if (said.length > 0) reading.transformations = true;
    const uses = said.length > 0 ? said : [silentUse(inputs.length, old)];
    for (const use of uses) reading.steps.push(stepOf(source, use, column));
  }
}

function readWhole(reading: Reading, value: unknown): void {
  if (value === undefined || value === null) return;
  const { complain } = reading;
  const where = reading.keys.whole;
  const list = asList(value);
  if (list === undefined) {
    complain(`\`${where}\` of the lineage facet is not a list`);
    return;
  }
  for (const input of list) {
    if (isOwnJob(input)) continue;
    const source = readSource(input, reading.readName);
    if (source === undefined) {
      complain(`an entry of \`${where}\` names no dataset`);
      continue;
    }
    const said = usesOf(source.transformations, complain);
    if (said.length > 0) reading.transformations = true;
    for (const use of wholeUses(said)) reading.steps.push(stepOf(source, use, undefined));
  }
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
  return record !== undefined && record["name"] === undefined && isOfJob(record);
}

const isOfJob = ({ type }: LooseRecord): boolean => asText(type)?.toUpperCase() === "JOB";

interface Source {
  readonly from: AssetName;
  readonly field: string | undefined;
  readonly fromJob: boolean;
  readonly transformations: unknown;
}

function readSource(input: unknown, readName: NameReader): Source | undefined {
  const record = asRecord(input);
  const from = readName(record);
  if (record === undefined || from === undefined) return undefined;
  return {
    from,
    field: asText(record["field"]),
    fromJob: isOfJob(record),
    transformations: record["transformations"],
  };
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
  if (old === "IDENTITY" && inputs === 1) return PASSED_ON;
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
  const uses: StatedUse[] = [];
  for (const item of list) {
    const record = asRecord(item);
    const type = asText(record?.["type"])?.toUpperCase();
    if (record === undefined || type === undefined) {
      complain("a transformation has no `type`");
      continue;
    }
    const use = statedUse({ type, record, complain });
    const expression = asText(record["description"])?.slice(0, 200);
    uses.push(expression === undefined ? use : { ...use, expression });
  }
  return uses;
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

const PASSED_ON: StatedUse = { use: "IDENTITY", indirect: false };

function directUse(subtype: string | undefined, masking: boolean): StatedUse {
  if (subtype === "IDENTITY") return PASSED_ON;
  // A masked aggregation keeps nothing of the values: it counts.
  if (subtype === "AGGREGATION")
    return { use: masking ? "AGG_COUNT" : "AGG_SUM", cap: "likely", indirect: false };
  return { use: "ARITH", cap: "likely", indirect: false };
}

function stepOf(source: Source, stated: StatedUse, column: string | undefined): LineageStep {
  const { from, field, fromJob } = source;
  const use = field === undefined ? "UNKNOWN" : stated.use;
  const step: { -readonly [K in keyof LineageStep]: LineageStep[K] } = { from, use };
  if (field !== undefined) step.field = field;
  if (fromJob) step.fromJob = true;
  const toRows = column === undefined || (stated.indirect && ROW_USES.has(stated.use));
  if (!toRows) step.toColumn = column;
  if (stated.cap !== undefined) step.cap = stated.cap;
  if (stated.expression !== undefined) step.expression = stated.expression;
  return step;
}

function distinctSteps(steps: readonly LineageStep[]): readonly LineageStep[] {
  const numberOf = numberNames();
  return withoutRepeated(
    steps,
    ({ from, field, toColumn, use }) =>
      `${use}\n${toColumn ?? ""}\n${field ?? ""}\n${numberOf(from)}`,
  );
}
