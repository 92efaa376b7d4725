import { makeTable } from "#lib/kit/make-table.ts";
import type { QueryNode } from "./parse-power-query.ts";
import { eachSql, fieldsIn, firstTexts, grouping, listsOfTexts, textsIn } from "./query-nodes.ts";
import {
  distinctStep,
  filteredStep,
  groupedStep,
  mappedStep,
  namingStep,
  type StepContext,
  type TableStep,
} from "./table-step.ts";

export interface TableCall {
  readonly before: TableStep;
  readonly args: readonly (readonly QueryNode[])[];
  readonly context: StepContext;
}

type Mapping = readonly [fresh: string, sql: (before: TableStep) => string];
type Transform = (call: TableCall) => TableStep | undefined;

/** Columns and rows stay as they are, as far as lineage goes. */
const same: Transform = ({ before }) => before;

const mapped =
  (pairs: (call: TableCall) => readonly Mapping[] | undefined): Transform =>
  (call) => {
    const found = pairs(call);
    return found === undefined ? undefined : mappedStep(call.before, new Map(found));
  };

const argument = ({ args }: TableCall, at: number): readonly QueryNode[] => args[at] ?? [];

/** A column computed from others by something whose details do not matter here. */
const computed = (fresh: string, old: readonly string[], by: string): Mapping => [
  fresh,
  (step) => `${by}(${old.map(step.column).join(", ")})`,
];

/** Fails where a column is missing, unless a third argument says what to do then. */
const naming: Transform = (call) =>
  call.args[2]?.[0]?.kind === "word"
    ? call.before
    : namingStep(call.before, textsIn(argument(call, 1)));

const typed: Transform = (call) => {
  const columns = firstTexts(argument(call, 1));
  const pairs = columns.map((column) => computed(column, [column], "as_type"));
  return namingStep(mappedStep(call.before, new Map(pairs)), columns);
};

const renamed = mapped((call) =>
  listsOfTexts(argument(call, 1)).flatMap(([old, fresh]): readonly Mapping[] =>
    old === undefined || fresh === undefined ? [] : [[fresh, (step) => step.column(old)]],
  ),
);

const added = mapped((call) => {
  const [fresh] = textsIn(argument(call, 1));
  return fresh === undefined ? undefined : [[fresh, (step) => eachSql(argument(call, 2), step)]];
});

const duplicated = mapped((call) => {
  const [old] = textsIn(argument(call, 1));
  const [fresh] = textsIn(argument(call, 2));
  return old === undefined || fresh === undefined
    ? undefined
    : [[fresh, (step) => step.column(old)]];
});

const split = mapped((call) => {
  const [old] = textsIn(argument(call, 1));
  return old === undefined
    ? undefined
    : textsIn(argument(call, 3)).map((fresh) => computed(fresh, [old], "split"));
});

const combined = mapped((call) => {
  const [fresh] = textsIn(argument(call, 3));
  return fresh === undefined
    ? undefined
    : [computed(fresh, textsIn(argument(call, 1)), "combined")];
});

const indexed = mapped((call) => {
  const [fresh] = textsIn(argument(call, 1));
  return fresh === undefined ? undefined : [[fresh, () => "1"]];
});

const selected: Transform = (call) => {
  const fields = fieldsIn(argument(call, 1));
  const kept = `kept(${fields.map(call.before.column).join(", ")})`;
  return filteredStep(call.before, fields.length === 0 ? [] : [kept]);
};

/** Power Query's functions from a table to a table. What is not here is not understood. */
const TRANSFORMS: Readonly<Record<string, Transform>> = makeTable({
  "Table.PromoteHeaders": same,
  "Table.DemoteHeaders": same,
  "Table.Sort": same,
  "Table.Buffer": same,
  "Table.FillDown": same,
  "Table.FillUp": same,
  "Table.RemoveRowsWithErrors": same,
  "Table.ReplaceErrorValues": same,
  "Table.AddKey": same,
  "Table.ReplaceKeys": same,
  "Table.ReverseRows": same,
  "Table.StopFolding": same,
  "Table.View": same,
  "Table.FirstN": same,
  "Table.LastN": same,
  "Table.Skip": same,
  "Table.RemoveFirstN": same,
  "Table.RemoveLastN": same,
  "Table.Range": same,
  "Table.AlternateRows": same,
  "Table.MaxN": same,
  "Table.MinN": same,
  "Table.RemoveColumns": naming,
  "Table.SelectColumns": naming,
  "Table.ReorderColumns": naming,
  "Table.RenameColumns": renamed,
  "Table.TransformColumnTypes": typed,
  "Table.TransformColumns": mapped((call) =>
    firstTexts(argument(call, 1)).map((column) => computed(column, [column], "transformed")),
  ),
  "Table.ReplaceValue": mapped((call) =>
    textsIn(argument(call, 4)).map((column) => computed(column, [column], "replaced")),
  ),
  "Table.AddColumn": added,
  "Table.DuplicateColumn": duplicated,
  "Table.SplitColumn": split,
  "Table.CombineColumns": combined,
  "Table.AddIndexColumn": indexed,
  "Table.SelectRows": selected,
  "Table.Distinct": (call) => distinctStep(call.before, textsIn(argument(call, 1)), call.context),
  "Table.Group": (call) => groupedStep(call.before, grouping(call.args), call.context),
});

/** The table after a call; undefined: a function that is not understood, or arguments that are computed. */
export const transformTable = (name: string, call: TableCall): TableStep | undefined =>
  Object.hasOwn(TRANSFORMS, name) ? TRANSFORMS[name]?.(call) : undefined;
