import {
  asList,
  asRecord,
  asText,
  type LooseRecord,
  ownValue,
  sortedEntries,
} from "#lib/ingest/loose-value.ts";
import { compareText } from "#lib/kit/compare-text.ts";
import { makeTable } from "#lib/kit/make-table.ts";
import type { NameReader } from "./check-event.ts";
import type { Complain } from "./read-schema.ts";
import { type LineageInput, type LineageSteps, type StatedUse, StepLists } from "./step-lists.ts";

export interface ColumnLineage {
  readonly steps: LineageSteps;
  /** Output columns in the order of the facet. */
  readonly outputs: readonly string[];
  /** Those of the outputs of which every input was understood, also where there is none: made of no column. */
  readonly told: readonly string[];
  /** The producer said how at least one value is made. False: dbt-ol and others list the inputs and no more. */
  readonly hasTransformations: boolean;
}

export const NO_LINEAGE: ColumnLineage = {
  steps: { sources: [], source: [], field: [], toColumn: [], said: [] },
  outputs: [],
  told: [],
  hasTransformations: false,
};

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

/** The names of the sources that a lineage has, each once, in order. */
export function lineageSources({ steps: { sources } }: ColumnLineage): readonly string[] {
  const texts = sources.map(({ name }) => `${name.namespace} ${name.name}`);
  return texts.length < 2 ? texts : [...new Set(texts)].sort(compareText);
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
  const steps = new StepLists();
  const told: string[] = [];
  const reading: Reading = { keys, readName, complain, transformations: false, steps, told };
  for (const [column, entry] of sortedEntries(fields)) {
    readOutputColumn(reading, { column, entry: asRecord(entry) });
  }
  readWhole(reading, record[keys.whole]);
  const outputs = Object.keys(fields ?? {}).filter((column) => column !== "");
  if (steps.source.length === 0 && outputs.length === 0) return undefined;
  return { steps: steps.finish(), outputs, told, hasTransformations: reading.transformations };
}

/** What was read of a facet so far. */
interface Reading extends FacetReading {
  readonly keys: FacetKeys;
  readonly steps: StepLists;
  readonly told: string[];
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
  reading.steps.beginColumn();
  let isTold = true;
  for (const [index, input] of inputs.entries()) {
    if (isOwnJob(input)) continue;
    const source = readSource(input, reading.readName);
    if (source === undefined) {
      complain(`input ${index + 1} of column \`${column}\` names no dataset and field`);
      isTold = false;
      continue;
    }
    const said = usesOf(source.transformations, complain);
    if (said.length > 0) reading.transformations = true;
    const uses = said.length > 0 ? said : [silentUse(inputs.length, old)];
    for (const use of uses) reading.steps.add(source, use, column);
  }
  if (isTold) reading.told.push(column);
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
    for (const use of wholeUses(said)) reading.steps.add(source, use, undefined);
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

function readSource(input: unknown, readName: NameReader): LineageInput | undefined {
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

/**
 * Without transformations it is known that the column is read and not how. One input is taken as passed on, the use
 * that absorbs least, so nothing reads as safe; several inputs cannot all be passed on as they are. Either way no rule
 * over such an edge says more than `likely`.
 */
function silentUse(inputs: number, old: string | undefined): StatedUse {
  if (old === "MASKED") return COMPUTED;
  if (old === "IDENTITY" && inputs === 1) return PASSED_ON;
  return inputs === 1 ? PERHAPS_PASSED_ON : COMPUTED;
}

const INDIRECT_USES: Readonly<Record<string, StatedUse>> = makeTable({
  // The facet does not tell an inner join from an outer one.
  JOIN: { use: "JOIN_INNER", cap: "likely", indirect: true },
  FILTER: { use: "FILTER", indirect: true },
  GROUP_BY: { use: "GROUP_BY", indirect: true },
  SORT: { use: "SORT", indirect: true },
  WINDOW: { use: "WINDOW", indirect: true },
  CONDITIONAL: { use: "CONDITIONAL", indirect: true },
  CONDITION: { use: "CONDITIONAL", indirect: true },
});

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
    if (known !== undefined) return known;
  }
  if (type === "DIRECT") return directUse(subtype, record["masking"] === true);
  complain(
    `the transformation ${type}/${subtype ?? "-"} is not one of the specification; how it uses the column is not known`,
  );
  return { use: "UNKNOWN", indirect: true };
}

const PASSED_ON: StatedUse = { use: "IDENTITY", indirect: false };
const PERHAPS_PASSED_ON: StatedUse = { use: "IDENTITY", cap: "likely", indirect: false };
const COMPUTED: StatedUse = { use: "ARITH", cap: "likely", indirect: false };
const SUMMED: StatedUse = { use: "AGG_SUM", cap: "likely", indirect: false };
const COUNTED: StatedUse = { use: "AGG_COUNT", cap: "likely", indirect: false };

function directUse(subtype: string | undefined, masking: boolean): StatedUse {
  if (subtype === "IDENTITY") return PASSED_ON;
  // A masked aggregation keeps nothing of the values: it counts.
  if (subtype === "AGGREGATION") return masking ? COUNTED : SUMMED;
  return COMPUTED;
}
