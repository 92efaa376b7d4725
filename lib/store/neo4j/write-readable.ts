import type { ManagedTransaction } from "neo4j-driver";
import type { AssetKind } from "#lib/model/asset.ts";
import { KIND_LABELS } from "./graph-schema.ts";
import { rowsOf, whole } from "./neo4j-access.ts";
import type { ColumnRow, ReadableRows } from "./readable-rows.ts";

/** What one apply has already made, so that nothing is looked up twice. Filled only after a transaction is committed. */
export class MadeNodes {
  /** Assets made by this apply: none of their columns existed before. */
  readonly newAssets = new Set<string>();
  /** Of those, the ones that already say what they are. */
  readonly described = new Set<string>();
  readonly columns = new Set<string>();
}

interface MadeNow {
  readonly newAssets: readonly string[];
  readonly columns: readonly string[];
}

/** Writes the nodes and relationships that people ask by. Gives what it made, to be kept once the transaction stands. */
export async function writeReadable(
  tx: ManagedTransaction,
  rows: ReadableRows,
  { version, made }: { version: number; made: MadeNodes },
): Promise<MadeNow> {
  const validFrom = whole(version);
  const newAssets = await makeAssets(tx, rows, validFrom);
  const columns = await makeColumns(tx, rows, { validFrom, made, newAssets: new Set(newAssets) });
  // Sent one after another without waiting for the answers: the server is never idle between them.
  await Promise.all([
    tx.run(DERIVES, { nodes: rows.nodes, rows: rows.derives, validFrom }),
    ...linkStatements(rows)
      .filter(([, links]) => links.length > 0)
      .map(([statement, links]) => tx.run(statement, { rows: links, validFrom })),
  ]);
  return { newAssets, columns };
}

export function keepMade(made: MadeNodes, now: MadeNow): void {
  for (const asset of now.newAssets) made.newAssets.add(asset);
  for (const column of now.columns) made.columns.add(column);
}

const DERIVES = `
UNWIND $nodes AS key MATCH (c:Column {key: key}) WITH collect(c) AS nodes
UNWIND $rows AS row UNWIND range(0, size(row.from) - 1) AS at
WITH nodes[row.from[at]] AS from, nodes[row.to[at]] AS to, row, at
CREATE (from)-[:DERIVES {use: row.use[at], claim: row.claim, validFrom: $validFrom, expression: row.expression[at]}]->(to)`;

type Statement = readonly [statement: string, rows: readonly unknown[]];

function linkStatements(rows: ReadableRows): readonly Statement[] {
  return [
    [
      edgeStatement("Column", "Asset", "INFLUENCES"),
      rows.influences.filter((row) => row.fromColumn),
    ],
    [
      edgeStatement("Asset", "Asset", "INFLUENCES"),
      rows.influences.filter((row) => !row.fromColumn),
    ],
    [edgeStatement("Asset", "Column", "DERIVES"), rows.wholeDerives],
    [linkStatement("Asset", "READS", "Asset"), rows.reads],
    [linkStatement("Asset", "WRITES", "Asset"), rows.writes],
    [linkStatement("Asset", "PART_OF", "Asset"), rows.parts],
    [
      `UNWIND $rows AS row MATCH (a:Asset {key: row.to}) MERGE (o:Owner {key: row.from}) ON CREATE SET o.name = row.from
       CREATE (o)-[:OWNS {claim: row.claim, validFrom: $validFrom}]->(a)`,
      rows.owns,
    ],
    [
      `UNWIND $rows AS row MATCH (a:Asset {key: row.from}) MERGE (d:Domain {key: row.to}) ON CREATE SET d.name = row.to
       CREATE (a)-[:IN_DOMAIN {claim: row.claim, validFrom: $validFrom}]->(d)`,
      rows.domains,
    ],
  ];
}

const edgeStatement = (from: string, to: string, type: string): string => `
UNWIND $rows AS row MATCH (from:${from} {key: row.from}) MATCH (to:${to} {key: row.to})
CREATE (from)-[:${type} {use: row.use, claim: row.claim, validFrom: $validFrom, expression: row.expression}]->(to)`;

const linkStatement = (from: string, type: string, to: string): string => `
UNWIND $rows AS row MATCH (from:${from} {key: row.from}) MATCH (to:${to} {key: row.to})
CREATE (from)-[:${type} {claim: row.claim, validFrom: $validFrom}]->(to)`;

async function makeAssets(
  tx: ManagedTransaction,
  rows: ReadableRows,
  validFrom: unknown,
): Promise<readonly string[]> {
  const made = await rowsOf<{ key: string }>(
    tx,
    `UNWIND $rows AS row OPTIONAL MATCH (a:Asset {key: row.key}) WITH row, a WHERE a IS NULL
     CREATE (n:Asset {key: row.key, namespace: row.namespace, name: row.name, validFrom: $validFrom}) RETURN n.key AS key`,
    { rows: rows.assets, validFrom },
  );
  return made.map((row) => row.key);
}

interface ColumnsToMake {
  readonly validFrom: unknown;
  readonly made: MadeNodes;
  readonly newAssets: ReadonlySet<string>;
}

type PlacedColumn = ColumnRow & { readonly asset: string };

async function makeColumns(
  tx: ManagedTransaction,
  rows: ReadableRows,
  { validFrom, made, newAssets }: ColumnsToMake,
): Promise<readonly string[]> {
  const isNewAsset = (asset: string): boolean => newAssets.has(asset) || made.newAssets.has(asset);
  const all = [...rows.columns].flatMap(([asset, columns]) =>
    columns.map((column): PlacedColumn => ({ ...column, asset })),
  );
  const isMissing = ({ asset, key }: PlacedColumn): boolean =>
    isNewAsset(asset) && !made.columns.has(key);
  // One that this run has made has nothing to gain but a type.
  const unsure = all.filter(
    (column) => !isMissing(column) && (column.type !== null || !made.columns.has(column.key)),
  );
  const missing = [...all.filter(isMissing), ...(await findMissing(tx, unsure))];
  const toMake = new Map<string, PlacedColumn[]>();
  for (const column of missing) push(toMake, column.asset, column);
  const byAsset = [...toMake].map(([asset, columns]) => ({ asset, columns }));
  if (byAsset.length > 0) await tx.run(NEW_COLUMNS, { rows: byAsset, validFrom });
  return missing.map(({ key }) => key);
}

async function findMissing(
  tx: ManagedTransaction,
  columns: readonly PlacedColumn[],
): Promise<readonly PlacedColumn[]> {
  if (columns.length === 0) return [];
  const known = await rowsOf<{ key: string }>(tx, KNOWN_COLUMNS, { rows: columns });
  const keys = new Set(known.map(({ key }) => key));
  return columns.filter(({ key }) => !keys.has(key));
}

/** Columns that exist; one that is named again is valid again, and a declared type replaces an unknown one. */
const KNOWN_COLUMNS = `
UNWIND $rows AS row MATCH (c:Column {key: row.key})
FOREACH (x IN CASE WHEN row.type IS NULL OR row.type = c.type THEN [] ELSE [row.type] END | SET c.type = x)
FOREACH (x IN CASE WHEN c.validTo IS NULL THEN [] ELSE [1] END | REMOVE c.validTo)
RETURN c.key AS key`;

const NEW_COLUMNS = `
UNWIND $rows AS row MATCH (a:Asset {key: row.asset})
UNWIND row.columns AS column
CREATE (a)-[:HAS_COLUMN]->(:Column {key: column.key, name: column.name, type: column.type, validFrom: $validFrom})`;

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const known = lists.get(key);
  if (known === undefined) lists.set(key, [value]);
  else known.push(value);
}

/** What the only claim of an asset says of it. */
export interface AssetFacts {
  readonly key: string;
  readonly kind: AssetKind;
  readonly domain: string | null;
  readonly owner: string | null;
  readonly tier: unknown;
}

/** Says what assets are that no claim has described before: none of the others has to be looked at. */
export async function describeNewAssets(
  tx: ManagedTransaction,
  facts: readonly AssetFacts[],
): Promise<void> {
  const byLabel = new Map<string, AssetFacts[]>();
  for (const fact of facts) push(byLabel, KIND_LABELS[fact.kind], fact);
  await Promise.all(
    [...byLabel].map(([label, rows]) =>
      tx.run(
        `UNWIND $rows AS row MATCH (a:Asset {key: row.key})
         SET a:${label}, a.kind = row.kind, a.domain = row.domain, a.owner = row.owner, a.tier = row.tier`,
        { rows },
      ),
    ),
  );
}

/**
 * What an asset shows of itself: of its present claims, those of its owner before those of mere readers, and the newest
 * first; the first that says a thing counts. The exact merge is in the claims; this is for people.
 */
export async function refreshAssets(
  tx: ManagedTransaction,
  assets: readonly string[],
): Promise<void> {
  if (assets.length > 0) await tx.run(REFRESH, { assets });
}

const FACTS = ["domain", "owner", "tier"] as const;
const LABELS = [...new Set(Object.values(KIND_LABELS))];
const kindsOf = (label: string): string =>
  JSON.stringify(Object.entries(KIND_LABELS).flatMap(([kind, of]) => (of === label ? [kind] : [])));

const REFRESH = `
UNWIND $assets AS key MATCH (a:Asset {key: key})
OPTIONAL MATCH (c:Claim {asset: key}) WHERE c.validTo IS NULL
WITH a, c ORDER BY c.placeholder, c.validFrom DESC, c.id
WITH a, collect(c) AS claims
WITH a, claims, a.kind AS before, head([c IN claims | c.kind]) AS kind
SET a.kind = kind${FACTS.map((fact) => `, a.${fact} = head([c IN claims WHERE c.${fact} IS NOT NULL | c.${fact}])`).join("")}
WITH a, kind, before WHERE coalesce(kind, '') <> coalesce(before, '')
${LABELS.map(
  (
    label,
  ) => `FOREACH (x IN CASE WHEN kind IN ${kindsOf(label)} THEN [1] ELSE [] END | SET a:${label})
FOREACH (x IN CASE WHEN kind IN ${kindsOf(label)} THEN [] ELSE [1] END | REMOVE a:${label})`,
).join("\n")}`;
