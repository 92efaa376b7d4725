import type { ManagedTransaction } from "neo4j-driver";
import { assetNameOf } from "#lib/model/asset-id.ts";
import { storageKey } from "../storage-key.ts";
import { KIND_LABELS } from "./graph-schema.ts";
import { rowsOf, whole } from "./neo4j-access.ts";
import type { AssetNode, ColumnNode, NumberedClaim, RoundNodes } from "./readable-nodes.ts";

/** Neo4j's ids of nodes, to be kept once the transaction that gave them stands. */
export interface FoundNode<Node> {
  readonly node: Node;
  readonly id: string;
  readonly isNew: boolean;
}

// Lists of values, one for each property, cost the server a fraction of a map for each node.
const IDS = "RETURN collect(i) AS places, collect(elementId(n)) AS ids";

const KNOWN_ASSETS = `UNWIND range(0, size($key) - 1) AS i MATCH (n:Asset {key: $key[i]}) ${IDS}`;

/** Finds the assets, and makes those that are missing: with what their claim says of them where there is but one. */
export async function makeAssets(
  tx: ManagedTransaction,
  nodes: readonly AssetNode[],
  { about, validFrom }: { about: RoundNodes["about"]; validFrom: unknown },
): Promise<readonly FoundNode<AssetNode>[]> {
  const known = await idsOf(tx, KNOWN_ASSETS, { key: nodes.map(({ key }) => key) });
  const found = nodes.flatMap((node, at): FoundNode<AssetNode>[] => {
    const id = known.get(at);
    return id === undefined ? [] : [{ node, id, isNew: false }];
  });
  const byLabel = new Map<string, AssetNode[]>();
  for (const [at, node] of nodes.entries()) {
    if (known.has(at)) continue;
    const claim = onlyClaim(about.get(node));
    push(byLabel, claim === undefined ? "" : `:${KIND_LABELS[claim.claim.kind]}`, node);
  }
  for (const [label, missing] of byLabel) {
    const statement = `UNWIND range(0, size($key) - 1) AS i
      CREATE (n:Asset${label} {key: $key[i], namespace: $namespace[i], name: $name[i], kind: $kind[i],
        domain: $domain[i], owner: $owner[i], tier: $tier[i], validFrom: $validFrom}) ${IDS}`;
    const made = await idsOf(tx, statement, { ...assetColumns(missing, about), validFrom });
    for (const [at, id] of made) {
      const node = missing[at];
      if (node !== undefined) found.push({ node, id, isNew: true });
    }
  }
  return found;
}

export const onlyClaim = (
  claims: readonly NumberedClaim[] | undefined,
): NumberedClaim | undefined => (claims?.length === 1 ? claims[0] : undefined);

function assetColumns(nodes: readonly AssetNode[], about: RoundNodes["about"]) {
  const names = nodes.map(({ asset }) => assetNameOf(asset));
  const claims = nodes.map((node) => onlyClaim(about.get(node)));
  return {
    key: nodes.map(({ key }) => key),
    namespace: names.map(({ namespace }) => namespace),
    name: names.map(({ name }) => storageKey(name)),
    kind: claims.map((claim) => claim?.claim.kind ?? null),
    domain: claims.map((claim) => claim?.domain ?? null),
    owner: claims.map((claim) => claim?.claim.attributes.owner ?? null),
    tier: claims.map((claim) => {
      const tier = claim?.claim.attributes.tier;
      return tier === undefined ? null : whole(tier);
    }),
  };
}

/** Columns that exist; one that is named again is valid again, and a declared type replaces an unknown one. */
const KNOWN_COLUMNS = `
UNWIND range(0, size($key) - 1) AS i MATCH (n:Column {key: $key[i]})
FOREACH (x IN CASE WHEN $type[i] IS NULL OR $type[i] = n.type THEN [] ELSE [$type[i]] END | SET n.type = x)
FOREACH (x IN CASE WHEN n.validTo IS NULL THEN [] ELSE [1] END | REMOVE n.validTo)
${IDS}`;

const NEW_COLUMNS = `
UNWIND range(0, size($asset) - 1) AS a MATCH (owner) WHERE elementId(owner) = $asset[a]
UNWIND range($first[a], $first[a + 1] - 1) AS i
CREATE (owner)-[:HAS_COLUMN]->(n:Column {key: $key[i], name: $name[i], type: $type[i], validFrom: $validFrom})
${IDS}`;

const TYPED_COLUMNS = `
UNWIND range(0, size($id) - 1) AS i MATCH (n) WHERE elementId(n) = $id[i] SET n.type = $type[i]`;

/**
 * Finds the columns, and makes those that are missing. Those of an asset that was just made are not looked for, unless
 * `mayExist`: an earlier try of this transaction may have stood. All assets have their id.
 */
export async function makeColumns(
  tx: ManagedTransaction,
  columns: readonly ColumnNode[],
  { validFrom, mayExist }: { validFrom: unknown; mayExist: boolean },
): Promise<readonly FoundNode<ColumnNode>[]> {
  const typed = columns.filter(({ id }) => id !== undefined);
  if (typed.length > 0) {
    const [id, type] = [typed.map((column) => column.id), typed.map((column) => column.type)];
    await tx.run(TYPED_COLUMNS, { id, type });
  }
  const fresh = columns.filter(({ id }) => id === undefined);
  const isSure = (column: ColumnNode): boolean => column.asset.isNew && !mayExist;
  const unsure = fresh.filter((column) => !isSure(column));
  const found: FoundNode<ColumnNode>[] = [];
  const missing = fresh.filter(isSure);
  const known =
    unsure.length === 0 ? undefined : await idsOf(tx, KNOWN_COLUMNS, columnLists(unsure));
  for (const [at, node] of unsure.entries()) {
    const id = known?.get(at);
    if (id === undefined) missing.push(node);
    else found.push({ node, id, isNew: false });
  }
  return [...found, ...(await createColumns(tx, missing, validFrom))];
}

async function createColumns(
  tx: ManagedTransaction,
  missing: readonly ColumnNode[],
  validFrom: unknown,
): Promise<readonly FoundNode<ColumnNode>[]> {
  if (missing.length === 0) return [];
  const byAsset = new Map<AssetNode, ColumnNode[]>();
  for (const column of missing) push(byAsset, column.asset, column);
  const columns = [...byAsset.values()].flat();
  const first = [whole(0)];
  let count = 0;
  for (const group of byAsset.values()) {
    count += group.length;
    first.push(whole(count));
  }
  const asset = [...byAsset.keys()].map(({ id }) => id);
  const made = await idsOf(tx, NEW_COLUMNS, { ...columnLists(columns), asset, first, validFrom });
  return columns.flatMap((node, at): FoundNode<ColumnNode>[] => {
    const id = made.get(at);
    return id === undefined ? [] : [{ node, id, isNew: true }];
  });
}

const columnLists = (columns: readonly ColumnNode[]) => ({
  key: columns.map(({ key }) => key),
  name: columns.map(({ name }) => name),
  type: columns.map(({ type }) => type),
});

/** Owners and domains, which have nothing but their name. */
export async function makeNamed(
  tx: ManagedTransaction,
  label: "Owner" | "Domain",
  names: readonly string[],
): Promise<void> {
  if (names.length === 0) return;
  await tx.run(`UNWIND $keys AS key MERGE (n:${label} {key: key}) ON CREATE SET n.name = key`, {
    keys: [...new Set(names.map(storageKey))],
  });
}

async function idsOf(
  tx: ManagedTransaction,
  statement: string,
  parameters: Readonly<Record<string, unknown>>,
): Promise<ReadonlyMap<number, string>> {
  const [row] = await rowsOf<{ places: number[]; ids: string[] }>(tx, statement, parameters);
  return new Map((row?.places ?? []).map((place, at) => [place, row?.ids[at] ?? ""]));
}

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const known = lists.get(key);
  if (known === undefined) lists.set(key, [value]);
  else known.push(value);
}
