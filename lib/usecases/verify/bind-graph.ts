import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { findAsset, type Snapshot } from "#lib/graph/snapshot.ts";
import { DATASET_KINDS } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { AssetQuery } from "#lib/model/claim.ts";
import { answersTo } from "./answers-to.ts";
import type { Bench, Bound } from "./bench.ts";
import type { Attempt, BenchTable, NamedTable } from "./session.ts";

/** What an asset holds, or why that is not known; `gone`: there is nothing to read. */
type Content = BenchTable | "gone" | { readonly unknown: string };

export interface QueryOutcome {
  readonly asset: AssetId;
  readonly query: string;
  readonly bound: Bound | { readonly outcome: "not_tried"; readonly reason: string };
}

export interface BindInput {
  readonly graph: MergedGraph;
  readonly snapshot: Snapshot;
  readonly bench: Bench;
  /** Assets whose queries are of interest; what they read is found from here. */
  readonly wanted: readonly AssetId[];
  /** Changes what an asset holds before anything reads it; undefined: the asset is gone. */
  readonly changed?: (
    asset: AssetId,
    table: BenchTable,
  ) => Promise<Attempt<BenchTable | undefined>>;
  /** A table that cannot be built keeps its content: that of an earlier pass. */
  readonly before?: ReadonlyMap<AssetId, Content>;
  readonly materializeTable?: boolean;
}

export interface BoundGraph {
  readonly outcomes: readonly QueryOutcome[];
  readonly contents: ReadonlyMap<AssetId, Content>;
  /** Assets that keep what they had, since their build fails, and those that read one of them. */
  readonly late: ReadonlySet<AssetId>;
}

interface Pass {
  readonly contents: Map<AssetId, Content>;
  readonly late: Set<AssetId>;
}

/** Tries every wanted query in the order of the data: what one makes, the next one reads. */
export async function bindGraph(input: BindInput): Promise<BoundGraph> {
  const pass: Pass = { contents: new Map(), late: new Set() };
  const outcomes: QueryOutcome[] = [];
  for (const asset of inOrder(input)) {
    const tried = await tryQueries(input, asset, pass.contents);
    outcomes.push(...tried);
    pass.contents.set(asset.id, await contentOf(input, asset, { made: tried[0], pass }));
    if (asset.queries.flatMap(assetsRead).some((id) => pass.late.has(id))) pass.late.add(asset.id);
  }
  return { outcomes, ...pass };
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

async function tryQueries(
  input: BindInput,
  asset: MergedAsset,
  contents: ReadonlyMap<AssetId, Content>,
): Promise<readonly QueryOutcome[]> {
  const tried: QueryOutcome[] = [];
  for (const query of DATASET_KINDS.has(asset.kind) ? asset.queries.slice(0, 1) : asset.queries) {
    const bound = await tryQuery(input, query, contents);
    tried.push({ asset: asset.id, query: query.name, bound });
  }
  return tried;
}

async function contentOf(
  input: BindInput,
  asset: MergedAsset,
  { made, pass }: { readonly made: QueryOutcome | undefined; readonly pass: Pass },
): Promise<Content> {
  if (made?.bound.outcome === "binds") return changedContent(input, asset, made.bound.table);
  if (made?.bound.outcome === "fails") {
    const kept = keepsContent(input, asset) ? input.before?.get(asset.id) : undefined;
    if (kept !== undefined) pass.late.add(asset.id);
    return kept ?? "gone";
  }
  if (made?.bound.outcome === "not_tried" && input.bench.session.holdsRows)
    return { unknown: made.bound.reason };
  const source = await input.bench.source(asset);
  if (!source.ok) return { unknown: source.error };
  return source.value === undefined
    ? { unknown: "its columns or their types are not known" }
    : changedContent(input, asset, source.value);
}

function keepsContent({ materializeTable }: BindInput, { kind, attributes }: MergedAsset): boolean {
  const { materialization } = attributes;
  const isView = kind === "view" || materialization === "view" || materialization === "ephemeral";
  return materializeTable === true || !isView;
}

async function changedContent(
  { changed }: BindInput,
  { id }: MergedAsset,
  table: BenchTable,
): Promise<Content> {
  const after = changed === undefined ? undefined : await changed(id, table);
  if (after === undefined) return table;
  return after.ok
    ? (after.value ?? "gone")
    : { unknown: `the change cannot be made there: ${after.error}` };
}

async function tryQuery(
  { bench, graph }: BindInput,
  query: AssetQuery,
  contents: ReadonlyMap<AssetId, Content>,
): Promise<QueryOutcome["bound"]> {
  const notTried = (reason: string): QueryOutcome["bound"] => ({ outcome: "not_tried", reason });
  if (!bench.session.dialects.has(query.dialect))
    return notTried(`its SQL is ${query.dialect}, which is not spoken here`);
  if (query.plan === undefined) return notTried("its SQL was not understood");
  const tables: NamedTable[] = [];
  for (const path of query.reads ?? []) {
    const name = path.join(".");
    const id = meantBy(graph, path, assetsRead(query));
    if (id === undefined) return notTried(`it is not known what ${name} means`);
    const content = contents.get(id);
    if (content === "gone") return { outcome: "fails", message: `${name} cannot be read` };
    if (content === undefined) return notTried(`${name} reads itself, or what reads it`);
    if ("unknown" in content) return notTried(`${name}: ${content.unknown}`);
    tables.push({ path, table: content });
  }
  return bench.bind(query.sql, tables);
}

/** Which of the assets that a query reads is called so in it: by the tail of a name or of an alias. */
function meantBy(
  graph: MergedGraph,
  path: readonly string[],
  read: readonly AssetId[],
): AssetId | undefined {
  const ids = [...new Set(read)];
  const found = ids.filter((id) => answersTo(graph.assets.get(id), path.join(".")));
  if (found.length === 1) return found[0];
  const last = path.at(-1)?.toLowerCase();
  const byTail = ids.filter((id) => graph.assets.get(id)?.shortName.toLowerCase() === last);
  return byTail.length === 1 ? byTail[0] : undefined;
}
