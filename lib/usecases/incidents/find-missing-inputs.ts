import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { NamesOfError } from "#lib/incidents/read-error-text.ts";
import { type FoundInText, lastParts, ofColumn, withColumn } from "./found-in-text.ts";

/**
 * What a failed asset did not find, or could not read, among what it reads: a table that the text names, else columns. A column that
 * several of its inputs may have lost is none of them: the text does not say which.
 */
export function findMissingInputs(
  graph: MergedGraph,
  failed: MergedAsset,
  names: NamesOfError,
): readonly FoundInText[] {
  const inputs = inputsOf(graph, failed);
  const tables = inputs.filter(({ shortName }) =>
    lastParts(goneTables(names)).has(fold(shortName)),
  );
  const [table] = tables;
  if (table !== undefined) return tables.length === 1 ? [{ asset: table, shows: "gone" }] : [];
  return names.columns.flatMap((column) => {
    if (names.own.includes(column)) return [];
    const read = columnsRead(graph, failed, column);
    const having =
      read.length > 0
        ? read.map((one) => ofColumn(one.asset, one.column, names))
        : inputs.flatMap((asset) => withColumn(asset, [column], names));
    return having.length === 1 ? having : [];
  });
}

const goneTables = ({ tables, gone }: NamesOfError): readonly string[] =>
  tables.filter((name) => gone.includes(name));

function inputsOf(graph: MergedGraph, failed: MergedAsset): readonly MergedAsset[] {
  const ids = new Set(failed.edges.map(({ from }) => from.asset));
  ids.delete(failed.id);
  return [...ids].flatMap((id) => graph.assets.get(id) ?? []);
}

/** Inputs that it reads such a column of, even where they have it no more. */
function columnsRead(
  graph: MergedGraph,
  failed: MergedAsset,
  column: string,
): readonly { readonly asset: MergedAsset; readonly column: string }[] {
  const wanted = lastParts([column]);
  const read = new Map<string, { asset: MergedAsset; column: string }>();
  for (const { from } of failed.edges) {
    const name = from.column ?? "";
    const asset = from.asset === failed.id ? undefined : graph.assets.get(from.asset);
    if (asset === undefined || !wanted.has(fold(name))) continue;
    const own = asset.columns.find((each) => fold(each.name) === fold(name));
    read.set(asset.id, { asset, column: own?.name ?? name });
  }
  return [...read.values()];
}

const fold = (text: string): string => text.toLowerCase();
