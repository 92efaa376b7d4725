import { compareText } from "#lib/kit/compare-text.ts";
import { shortText } from "#lib/kit/short-text.ts";
import type { Column, Profile } from "#lib/model/asset.ts";
import type { Provenance } from "#lib/model/edge.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { ColumnSet, ReadColumns } from "./found-out.ts";
import type { DatasetState } from "./gather-events.ts";
import { type Assertions, columnOfField, readAssertions, readSchema } from "./read-schema.ts";

/** Asked for by each that reads the dataset: its schema is read once. States are complete by then. */
function columnsOf(state: DatasetState): ReadColumns {
  const known = state.found.columns;
  if (known !== undefined) return known;
  const problems: Problem[] = [];
  const columns = readSchemas(state, problems);
  const read = { columns, problems, names: nameSet(columns) };
  state.found.columns = read;
  return read;
}

/** Among so few, looking at each is quicker than making a set. */
const FEW = 24;

function nameSet(columns: readonly Column[]): ColumnSet {
  const names = columns.map(({ name }) => name);
  return names.length <= FEW ? { has: (name) => names.includes(name) } : new Set(names);
}

/** Columns as the writers say; where none writes it, those that any reader saw. */
export function schemaOf(state: DatasetState, problems: Problem[]): readonly Column[] {
  const read = columnsOf(state);
  for (const one of read.problems) problems.push(one);
  return read.columns;
}

function readSchemas(state: DatasetState, problems: Problem[]): readonly Column[] {
  const own = state.own.get("schema");
  const written =
    own === undefined
      ? undefined
      : readSchema(own.value, complainer({ state, problems }, own.provenance));
  if (written !== undefined) return written;
  const columns = new Map<string, Column>();
  for (const [index, sighting] of state.seenSchemas.entries()) {
    const isLast = index === state.seenSchemas.length - 1;
    const complain = isLast
      ? complainer({ state, problems }, sighting.provenance)
      : () => undefined;
    for (const column of readSchema(sighting.value, complain) ?? [])
      columns.set(column.name, column);
  }
  return [...columns.values()];
}

/** The names that the schema knows, to tell a path into a nested field from a column. */
export const columnNames = (state: DatasetState): ColumnSet => columnsOf(state).names;

/** The names of the columns that its writers list, in order; none where only readers told of them. */
export const ownColumns = (state: DatasetState): readonly string[] =>
  state.own.has("schema") ? columnsOf(state).columns.map(({ name }) => name) : [];

export interface ColumnParts {
  readonly schema: readonly Column[];
  /** The names of the schema's columns. */
  readonly known: ColumnSet;
  /** Columns that the lineage says are written. */
  readonly written: readonly string[];
  readonly assertions: Assertions;
  readonly profiles: ReadonlyMap<string, Profile>;
}

/** The schema's columns in order, then those that only the lineage, a test or a profile names. */
export function completeColumns({
  schema,
  known,
  written,
  assertions,
  profiles,
}: ColumnParts): readonly Column[] {
  const isPlain = assertions.columns.size === 0 && profiles.size === 0;
  if (isPlain && written.every((field) => known.has(field))) return schema;
  const columns = new Map(schema.map((column) => [column.name, column]));
  const extra = [...written, ...assertions.columns.keys(), ...profiles.keys()];
  for (const field of extra) {
    const name = columnOfField(field, columns);
    if (!columns.has(name)) columns.set(name, { name });
  }
  return [...columns.values()].map((column) => {
    const profile = profiles.get(column.name);
    if (profile === undefined && !assertions.columns.has(column.name)) return column;
    return {
      ...column,
      ...assertions.columns.get(column.name),
      ...(profile === undefined ? {} : { profile }),
    };
  });
}

/**
 * A writer's schema is all that there is, unless the events themselves name more. dbt-ol sends the columns that are
 * documented, and those without a type.
 */
export function isComplete(
  state: DatasetState,
  schema: readonly Column[],
  columns: readonly Column[],
): boolean {
  const isDocumentedOnly =
    state.own.has("dbt_model") || schema.some((column) => column.type === undefined);
  return (
    state.own.has("schema") &&
    schema.length === columns.length &&
    schema.length > 0 &&
    !isDocumentedOnly
  );
}

const NO_ASSERTIONS: Assertions = { columns: new Map(), failed: [], checked: [] };

/** All tests of the dataset, whichever job ran them. */
export function mergeAssertions(state: DatasetState): Assertions {
  if (state.assertions.size === 0) return NO_ASSERTIONS;
  const all = [...state.assertions]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, sighting]) => readAssertions(sighting.value));
  const columns = new Map<string, Partial<Column>>();
  for (const assertions of all) {
    for (const [column, promise] of assertions.columns)
      columns.set(column, { ...columns.get(column), ...promise });
  }
  return {
    columns,
    failed: [...new Set(all.flatMap((assertions) => assertions.failed))].sort(compareText),
    checked: [...new Set(all.flatMap((assertions) => assertions.checked))].sort(compareText),
  };
}

export interface ReadPlace {
  readonly state: DatasetState;
  readonly problems: Problem[];
}

/** In characters: names in a facet may be of any length. */
const MOST_TOLD = 500;

/** Tells of something wrong in a facet of a dataset, with the place it came from. */
export function complainer(
  { state, problems }: ReadPlace,
  provenance: Provenance,
): (message: string) => void {
  return (message) => {
    problems.push({
      code: message.startsWith("the transformation ") ? "unknown-use" : "wrong-shape",
      message: shortText(`${state.name.name}: ${message}`, MOST_TOLD),
      next: "The rest of the facet was kept; compare it with the OpenLineage specification.",
      ...(provenance.file === undefined ? {} : { file: provenance.file }),
      ...(provenance.line === undefined ? {} : { line: provenance.line }),
      severity: "warning",
    });
  };
}
