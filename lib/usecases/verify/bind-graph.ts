import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { findAsset, type Snapshot } from "#lib/graph/snapshot.ts";
import { DATASET_KINDS } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { AssetQuery } from "#lib/model/claim.ts";
import type { Binder, Bound, BoundColumn, NamedTable } from "./duckdb-binder.ts";

/** The columns of an asset's content, or that there is none. */
type Content = readonly BoundColumn[] | "gone" | "not-known";

export interface QueryOutcome {
  readonly asset: AssetId;
  readonly query: string;
  readonly bound: Bound | { readonly outcome: "not_tried"; readonly reason: string };
}

export interface BindInput {
  readonly graph: MergedGraph;
  readonly snapshot: Snapshot;
  readonly binder: Binder;
  /** Dialects that the binder speaks. */
  readonly dialects: ReadonlySet<string>;
  /** Assets whose queries are of interest; what they read is found from here. */
  readonly wanted: readonly AssetId[];
  /** Changes the columns of an asset before anything reads it; undefined: the asset is gone. */
  readonly changed: (
    asset: AssetId,
    columns: readonly BoundColumn[],
  ) => readonly BoundColumn[] | undefined;
  /** A table that cannot be built keeps its content: that of an earlier pass. */
  readonly before?: ReadonlyMap<AssetId, Content>;
  readonly materializeTable?: boolean;
}

export interface BoundGraph {
  readonly outcomes: readonly QueryOutcome[];
  readonly contents: ReadonlyMap<AssetId, Content>;
}

/** Binds every wanted query in the order of the data: what one makes, the next one reads. */
export async function bindGraph(input: BindInput): Promise<BoundGraph> {
  const contents = new Map<AssetId, Content>();
  const outcomes: QueryOutcome[] = [];
  for (const asset of inOrder(input)) {
    const { content, tried } = await bindAsset(input, asset, contents);
    contents.set(asset.id, content);
    outcomes.push(...tried);
  }
  return { outcomes, contents };
}

/** The wanted assets and everything upstream of them, each after what it reads. */
function inOrder({ graph, snapshot, wanted }: BindInput): MergedAsset[] {
  const found = new Map<AssetId, MergedAsset>();
  const queue = [...wanted];
  for (let at = 0; at < queue.length; at++) {
    const id = queue[at];
    const asset = id === undefined ? undefined : graph.assets.get(id);
    if (asset === undefined || found.has(asset.id)) continue;
    found.set(asset.id, asset);
    for (const query of asset.queries) queue.push(...assetsRead(query));
  }
  const rank = ({ id }: MergedAsset): number => snapshot.rank[findAsset(snapshot, id)] ?? 0;
  return [...found.values()].sort((a, b) => rank(a) - rank(b));
}

const assetsRead = ({ plan }: AssetQuery): readonly AssetId[] =>
  (plan?.relations ?? []).flatMap(({ inputs }) =>
    inputs.flatMap((one) => ("asset" in one ? [one.asset] : [])),
  );

async function bindAsset(
  input: BindInput,
  asset: MergedAsset,
  contents: ReadonlyMap<AssetId, Content>,
): Promise<{ readonly content: Content; readonly tried: readonly QueryOutcome[] }> {
  const isDataset = DATASET_KINDS.has(asset.kind);
  const makes = isDataset ? asset.queries.slice(0, 1) : asset.queries;
  const tried: QueryOutcome[] = [];
  for (const query of makes) {
    const bound = await bindQuery(input, query, contents);
    tried.push({ asset: asset.id, query: query.name, bound });
  }
  return { content: contentOf(input, asset, tried[0]), tried };
}

function contentOf(input: BindInput, asset: MergedAsset, made: QueryOutcome | undefined): Content {
  if (made?.bound.outcome === "binds") return changedContent(input, asset, made.bound.columns);
  if (made?.bound.outcome === "fails") {
    const { materialization } = asset.attributes;
    const keeps =
      input.materializeTable === true ||
      !(asset.kind === "view" || materialization === "view" || materialization === "ephemeral");
    return keeps ? (input.before?.get(asset.id) ?? "gone") : "gone";
  }
  const typed = asset.columns.flatMap(({ name, type }) =>
    type === undefined ? [] : [{ name, type }],
  );
  const isKnown = asset.columns.length > 0 && typed.length === asset.columns.length;
  return isKnown ? changedContent(input, asset, typed) : "not-known";
}

const changedContent = (
  { changed }: BindInput,
  { id }: MergedAsset,
  columns: readonly BoundColumn[],
): Content => changed(id, columns) ?? "gone";

async function bindQuery(
  { binder, dialects, graph }: BindInput,
  query: AssetQuery,
  contents: ReadonlyMap<AssetId, Content>,
): Promise<QueryOutcome["bound"]> {
  const notTried = (reason: string): QueryOutcome["bound"] => ({ outcome: "not_tried", reason });
  if (!dialects.has(query.dialect))
    return notTried(`its SQL is ${query.dialect}, which is not spoken here`);
  if (query.plan === undefined) return notTried("its SQL was not understood");
  const tables: NamedTable[] = [];
  for (const path of query.reads ?? []) {
    const id = meantBy(graph, path, assetsRead(query));
    if (id === undefined) return notTried(`it is not known what ${path.join(".")} means`);
    const content = contents.get(id);
    if (content === "gone")
      return { outcome: "fails", message: `${path.join(".")} cannot be read` };
    if (content === undefined || content === "not-known")
      return notTried(`the columns of ${path.join(".")} or their types are not known`);
    tables.push({ path, columns: content });
  }
  return binder.bind(query.sql, tables);
}

/** Which of the assets that a query reads is called so in it: by the tail of a name or of an alias. */
function meantBy(
  graph: MergedGraph,
  path: readonly string[],
  read: readonly AssetId[],
): AssetId | undefined {
  const ids = [...new Set(read)];
  const wanted = path.join(".").toLowerCase();
  const fits = (id: AssetId): boolean => {
    const asset = graph.assets.get(id);
    return [asset?.name, ...(asset?.aliases ?? [])].some((name) => {
      const lower = name?.toLowerCase().replaceAll('"', "") ?? "";
      return lower === wanted || lower.endsWith(`.${wanted}`) || wanted.endsWith(`.${lower}`);
    });
  };
  const found = ids.filter(fits);
  if (found.length === 1) return found[0];
  const last = path.at(-1)?.toLowerCase();
  const byTail = ids.filter((id) => graph.assets.get(id)?.shortName.toLowerCase() === last);
  return byTail.length === 1 ? byTail[0] : undefined;
}
