import { findAssetByName } from "#lib/graph/find-asset-by-name.ts";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { type NamesOfError, readErrorText } from "#lib/incidents/read-error-text.ts";
import { findMissingInputs } from "./find-missing-inputs.ts";
import { type FoundInText, lastParts, withColumn } from "./found-in-text.ts";

export interface ReadText {
  /** What is meant, or what may be: the likelier first. */
  readonly found: readonly FoundInText[];
  /** One of `found` is meant, and the text does not tell which. */
  readonly isAmbiguous: boolean;
  /** What was looked for, in words. */
  readonly lookedFor: string;
  /** What failed as the text says, and nothing here is called so. */
  readonly unknown: readonly string[];
}

const MOST_CHOICES = 20;

/**
 * What a pasted error text is about: what failed, with the column or the table that it did not find where what it reads has it; else
 * the table; else whatever has such a column. Undefined: the text is no error, or names nothing.
 */
export function findInErrorText(graph: MergedGraph, text: string): ReadText | undefined {
  const names = readErrorText(text);
  if (names === undefined) return undefined;
  const said = { lookedFor: sayNames(names), unknown: findUnknown(graph, names) };
  for (const find of [findFailed, findTables, findByColumn]) {
    const { found, isAmbiguous } = find(graph, names);
    if (found.length > 0) return { found: found.slice(0, MOST_CHOICES), isAmbiguous, ...said };
  }
  return { found: [], isAmbiguous: false, ...said };
}

/** What failed and is not known is said, wherever else the text leads. */
const findUnknown = (graph: MergedGraph, { failed, tests }: NamesOfError): readonly string[] => [
  ...failed.filter((name) => findNamed(graph, nearerNames(name)).found.length === 0),
  ...tests.filter((test) => findTested(graph, test) === undefined),
];

type Found = Pick<ReadText, "found" | "isAmbiguous">;

const NOTHING: Found = { found: [], isAmbiguous: false };

function findFailed(graph: MergedGraph, names: NamesOfError): Found {
  const tested = names.tests.flatMap((test) => findTested(graph, test) ?? []);
  if (tested.length > 0) return { found: tested, isAmbiguous: false };
  const models = findNamed(graph, names.failed.flatMap(nearerNames));
  if (models.isAmbiguous) return models;
  const found = models.found.flatMap(({ asset }): readonly FoundInText[] => [
    { asset, shows: "fails" },
    ...withColumn(asset, names.own, names),
    ...findMissingInputs(graph, asset, names),
  ]);
  return { found, isAmbiguous: false };
}

/** A task is called as what it makes more often than its whole DAG is: `nightly.orders`, then `orders`. */
const nearerNames = (name: string): readonly string[] =>
  name.includes(".") ? [name, name.slice(name.indexOf(".") + 1)] : [name];

function findTables(graph: MergedGraph, names: NamesOfError): Found {
  const { tables, columns } = names;
  const named = findNamed(graph, tables);
  const having = named.found.flatMap(({ asset }) => withColumn(asset, columns, names));
  if (having.length > 0 && (!named.isAmbiguous || having.length === 1))
    return { found: having, isAmbiguous: false };
  const gone = findNamed(
    graph,
    tables.filter((table) => names.gone.includes(table)),
  );
  const isGone = new Set(gone.found.map(({ asset }) => asset.id));
  const found = named.found.map(
    (one): FoundInText => (isGone.has(one.asset.id) ? { ...one, shows: "gone" } : one),
  );
  return { found, isAmbiguous: named.isAmbiguous };
}

/** All that the names mean; where each of them may mean several, these. */
function findNamed(graph: MergedGraph, names: readonly string[]): Found {
  const sure = new Map<string, FoundInText>();
  const perhaps = new Map<string, FoundInText>();
  for (const name of names) {
    for (const tail of tailsOf(name)) {
      const one = findAssetByName(graph, tail);
      if (one.ok) sure.set(one.value.id, { asset: one.value });
      else if (one.error.code === "ambiguous-name")
        for (const asset of assetsCalled(graph, tail)) perhaps.set(asset.id, { asset });
      if (one.ok || one.error.code === "ambiguous-name") break;
    }
  }
  if (sure.size > 0) return { found: [...sure.values()], isAmbiguous: false };
  return perhaps.size === 0 ? NOTHING : { found: [...perhaps.values()], isAmbiguous: true };
}

/** `raw.shop.orders`, then `shop.orders`, then `orders`: a graph may leave out the database. */
const tailsOf = (name: string): readonly string[] => {
  const parts = name.split(".");
  return parts.map((_, at) => parts.slice(at).join("."));
};

const assetsCalled = (graph: MergedGraph, name: string): readonly MergedAsset[] => {
  const tail = name.toLowerCase();
  return [...graph.assets.values()].filter((asset) =>
    [asset.name, asset.shortName, ...asset.aliases].some((own) => {
      const lower = own.toLowerCase();
      return lower === tail || lower.endsWith(`.${tail}`) || lower.endsWith(`/${tail}`);
    }),
  );
};

function findByColumn(graph: MergedGraph, names: NamesOfError): Found {
  const { columns, seen } = names;
  const all = [...graph.assets.values()].filter(({ placeholder }) => !placeholder);
  for (const column of columns) {
    const qualified = all.flatMap((asset) =>
      answersTo(asset, column) ? withColumn(asset, [column], names) : [],
    );
    const having =
      qualified.length > 0 ? qualified : all.flatMap((one) => withColumn(one, [column], names));
    if (having.length > 0) return { found: nearest(having, seen), isAmbiguous: having.length > 1 };
  }
  // It has another name by now: what holds all the columns that the engine saw.
  const others = lastParts(seen);
  if (others.size < 2) return NOTHING;
  const like = all.filter((asset) => countOwn(asset, others) === others.size);
  return { found: like.map((asset) => ({ asset })), isAmbiguous: like.length > 1 };
}

/** `orders.amount` may say the table; `o.amount` says only how a query calls it. */
function answersTo({ shortName }: MergedAsset, column: string): boolean {
  const parts = column.toLowerCase().split(".");
  return parts.length > 1 && parts.at(-2) === shortName.toLowerCase();
}

const nearest = (found: readonly FoundInText[], seen: readonly string[]): FoundInText[] => {
  const others = lastParts(seen);
  return [...found].sort((a, b) => countOwn(b.asset, others) - countOwn(a.asset, others));
};

const countOwn = ({ columns }: MergedAsset, names: ReadonlySet<string>): number =>
  columns.filter(({ name }) => names.has(name.toLowerCase())).length;

/** `not_null_orders_id`: a kind of test, an asset, and a column where it has one; the longest name of an asset counts. */
function findTested(graph: MergedGraph, test: string): FoundInText | undefined {
  const words = test.split("_");
  for (let end = words.length; end > 0; end--) {
    for (let start = 0; start < Math.min(end, words.length - 1); start++) {
      const found = findAssetByName(graph, words.slice(start, end).join("_"));
      if (!found.ok) continue;
      const rest = words.slice(end);
      for (let last = rest.length; last > 0; last--) {
        const name = rest.slice(0, last).join("_").toLowerCase();
        const own = found.value.columns.find((column) => column.name.toLowerCase() === name);
        if (own !== undefined) return { asset: found.value, column: own.name, shows: "wrong" };
      }
      return { asset: found.value, shows: "wrong" };
    }
  }
  return undefined;
}

function sayNames({ failed, tests, tables, columns }: NamesOfError): string {
  const said = [
    ["", failed],
    ["test ", tests],
    ["table ", tables],
    ["column ", columns],
  ] as const;
  return said.flatMap(([kind, names]) => names.map((name) => `${kind}${name}`)).join(", ");
}
