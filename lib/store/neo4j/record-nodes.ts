import type { ManagedTransaction } from "neo4j-driver";
import { compareText } from "#lib/kit/compare-text.ts";
import type { StoreRecord } from "../lineage-store.ts";
import { storageKey } from "../storage-key.ts";
import { rowsOf, whole } from "./neo4j-access.ts";

interface RecordNode {
  readonly [property: string]: unknown;
  /** Collection and key as JSON: Neo4j's text holds not every text. */
  readonly name: string;
  readonly body: string;
  readonly revision: number;
  readonly at: string;
}

const FIELDS = "r.name AS name, r.body AS body, r.revision AS revision, r.at AS at";

const nodeKey = (collection: string, key: string): string =>
  storageKey(JSON.stringify([collection, key]));

const toRecord = (node: RecordNode): StoreRecord => {
  const [collection, key] = JSON.parse(node.name) as [string, string];
  return {
    collection,
    key,
    body: JSON.parse(node.body) as unknown,
    revision: node.revision,
    at: node.at,
  };
};

export async function readRecordNode(
  tx: ManagedTransaction,
  collection: string,
  key: string,
): Promise<StoreRecord | undefined> {
  // A node that is only locked so far holds no record.
  const [node] = await rowsOf<RecordNode>(
    tx,
    `MATCH (r:Record {key: $key}) WHERE r.revision IS NOT NULL RETURN ${FIELDS}`,
    { key: nodeKey(collection, key) },
  );
  return node && toRecord(node);
}

/** The same under the node's write lock, so that nobody writes between the look and the write. */
export async function lockRecordNode(
  tx: ManagedTransaction,
  collection: string,
  key: string,
): Promise<StoreRecord | undefined> {
  const [node] = await rowsOf<RecordNode & { revision: number | null }>(
    tx,
    `MERGE (r:Record {key: $key}) SET r.touched = timestamp() WITH r RETURN ${FIELDS}`,
    { key: nodeKey(collection, key) },
  );
  return node === undefined || node.revision === null ? undefined : toRecord(node as RecordNode);
}

/** Ordered by key. */
export async function readRecordNodes(
  tx: ManagedTransaction,
  collection: string,
): Promise<readonly StoreRecord[]> {
  const nodes = await rowsOf<RecordNode>(
    tx,
    `MATCH (r:Record {collection: $collection}) RETURN ${FIELDS}`,
    { collection: storageKey(collection) },
  );
  return nodes.map(toRecord).sort((a, b) => compareText(a.key, b.key));
}

export async function writeRecordNode(tx: ManagedTransaction, record: StoreRecord): Promise<void> {
  const { collection, key, revision, at } = record;
  await tx.run(
    "MERGE (r:Record {key: $key}) SET r += {collection: $collection, name: $name, body: $body, revision: $revision, at: $at}",
    {
      key: nodeKey(collection, key),
      collection: storageKey(collection),
      name: JSON.stringify([collection, key]),
      body: JSON.stringify(record.body ?? null),
      revision: whole(revision),
      at,
    },
  );
}

export async function removeRecordNode(
  tx: ManagedTransaction,
  collection: string,
  key: string,
): Promise<boolean> {
  const gone = await rowsOf<{ n: number }>(
    tx,
    "MATCH (r:Record {key: $key}) WITH r, r.revision AS revision DELETE r RETURN count(revision) AS n",
    { key: nodeKey(collection, key) },
  );
  return (gone[0]?.n ?? 0) > 0;
}
