import type { ManagedTransaction } from "neo4j-driver";
import type { AssetClaim, BatchRecord, LineageBatch } from "#lib/model/claim.ts";
import { recordsOf } from "../batch-content.ts";
import type { ApplyOutcome, StoreRecord } from "../lineage-store.ts";
import { overtaken, overtakenRecord } from "../revision-conflict.ts";
import {
  nextSourceProblems,
  PROBLEMS_COLLECTION,
  type SourceProblems,
} from "../source-problems.ts";
import { storageKey } from "../storage-key.ts";
import { clearPendingPage } from "./clear-pending.ts";
import { type Neo4jAccess, rowsOf, StoreFailure, whole } from "./neo4j-access.ts";
import {
  type BatchPlan,
  type BodyToWrite,
  type ClaimPlace,
  planBatch,
  readKnownClaims,
} from "./plan-batch.ts";
import { lockRecordNode, readRecordNode, writeRecordNode } from "./record-nodes.ts";
import { WriteLease, type WritePace } from "./write-lease.ts";

const MARKS_PER_TRANSACTION = 10_000;

interface Writing {
  readonly lease: WriteLease;
  readonly textPerTransaction: number;
  readonly batch: LineageBatch;
  readonly atMs: number;
  readonly version: number;
}

/** A batch that is published, and the lease under which the graph for people may now be brought up to it. */
export interface AppliedBatch {
  readonly outcome: ApplyOutcome;
  readonly lease: WriteLease;
  /** The claims that it wrote, by their number. */
  readonly recall: (id: number) => AssetClaim | undefined;
}

/**
 * Writes a batch under a version that nobody reads yet, in as many transactions as it needs, and publishes the version in
 * the last one. Whatever ends it before that leaves the published version as it was.
 */
export async function applyBatch(
  access: Neo4jAccess,
  batch: LineageBatch,
  { atMs, pace }: { atMs: number; pace: WritePace },
): Promise<AppliedBatch> {
  const lease = await WriteLease.acquire(access, pace);
  try {
    if (lease.state.isPending) await clearPending(lease);
    await refuseOvertaken(access, batch);
    const known = await access.read((tx) => readKnownClaims(tx, batch));
    const plan = planBatch(batch, known);
    const { textPerTransaction } = pace;
    const writing: Writing = {
      lease,
      textPerTransaction,
      batch,
      atMs,
      version: lease.state.version + 1,
    };
    await writeBodies(writing, plan);
    await writeMarks(writing, plan);
    const outcome = await publish(writing, plan);
    const first = lease.state.lastClaim + 1;
    return { outcome, lease, recall: (id) => plan.bodies[id - first]?.claim };
  } catch (thrown) {
    await lease.release();
    throw thrown;
  }
}

/** Nobody else publishes while the lease is held. */
async function refuseOvertaken(access: Neo4jAccess, batch: LineageBatch): Promise<void> {
  const { source, readAt } = batch;
  if (readAt === undefined) return;
  const [newest] = await access.read((tx) =>
    rowsOf<{ version: number | null }>(
      tx,
      "MATCH (v:Version) WHERE v.version > $readAt AND v.source = $source RETURN max(v.version) AS version",
      { readAt: whole(readAt), source: source.id },
    ),
  );
  const conflict = overtaken(batch, newest?.version ?? 0);
  if (conflict) throw new StoreFailure(conflict);
}

/** Others write records without the lease: the node stays locked until the batch is published. */
async function refuseOvertakenRecord(tx: ManagedTransaction, record: BatchRecord): Promise<void> {
  const { collection, key, ifRevision } = record;
  if (ifRevision === undefined) return;
  const found = await lockRecordNode(tx, collection, key);
  const conflict = overtakenRecord(record, found?.revision ?? 0);
  if (conflict) throw new StoreFailure(conflict);
}

async function clearPending(lease: WriteLease): Promise<void> {
  while (await lease.step((tx) => clearPendingPage(tx, lease.state.version)));
}

async function writeBodies(
  { lease, textPerTransaction, batch, version, atMs }: Writing,
  plan: BatchPlan,
): Promise<void> {
  let nextId = lease.state.lastClaim + 1;
  for (const chunk of chunkBodies(plan.bodies, textPerTransaction)) {
    const firstId = nextId;
    nextId += chunk.length;
    const replaced = chunk.flatMap((body) =>
      body.replaces === undefined ? [] : [whole(body.replaces.id)],
    );
    const rows = chunk.map((body, at) =>
      claimProperties({ ...body, id: firstId + at }, { batch, version, atMs }),
    );
    await lease.step(async (tx) => {
      if (replaced.length > 0)
        await tx.run(CLOSE_CLAIMS, { ids: replaced, version: whole(version) });
      await tx.run(NEW_CLAIMS, { rows });
    });
  }
}

const NEW_CLAIMS = "UNWIND $rows AS row CREATE (c:Claim:ToShow) SET c = row";

/** The claim that a new body replaces, with the mark that it was stale. */
const CLOSE_CLAIMS = `
UNWIND $ids AS id MATCH (c:Claim {id: id}) SET c.validTo = $version, c:ToHide
WITH c MATCH (c)-[:WENT_STALE]->(m:StaleMark) WHERE m.validTo IS NULL SET m.validTo = $version`;

const claimProperties = (
  body: BodyToWrite & { readonly id: number },
  { batch, version, atMs }: Pick<Writing, "batch" | "version" | "atMs">,
): Record<string, unknown> => ({
  id: whole(body.id),
  source: storageKey(batch.source.id),
  asset: body.asset,
  digest: body.digest,
  body: body.body,
  validFrom: whole(version),
  firstSeen: body.firstSeen,
  lastSeen: batch.at,
  lastSeenMs: whole(atMs),
  kind: body.claim.kind,
  domain: body.claim.attributes.domain ?? batch.source.domain ?? null,
  owner: body.claim.attributes.owner ?? null,
  tier: body.claim.attributes.tier === undefined ? null : whole(body.claim.attributes.tier),
  placeholder: body.claim.placeholder ?? false,
  columns: [
    ...new Set([
      ...(body.claim.columns ?? []).map((column) => column.name),
      ...body.claim.edges.flatMap(({ to }) => (to.column === undefined ? [] : [to.column])),
    ]),
  ],
});

function* chunkBodies(
  bodies: readonly BodyToWrite[],
  most: number,
): Generator<readonly BodyToWrite[]> {
  let chunk: BodyToWrite[] = [];
  let text = 0;
  for (const body of bodies) {
    chunk.push(body);
    text += body.body.length + 500;
    if (text >= most) {
      yield chunk;
      chunk = [];
      text = 0;
    }
  }
  if (chunk.length > 0) yield chunk;
}

/** Stale marks set and taken away, and the time at which unchanged claims were last seen. */
async function writeMarks(
  { lease, batch, version, atMs }: Writing,
  plan: BatchPlan,
): Promise<void> {
  const parameters = { version: whole(version), at: batch.at, atMs: whole(atMs) };
  const statements: readonly (readonly [string, readonly ClaimPlace[]])[] = [
    [GO_STALE, plan.stale],
    [COME_BACK, plan.returned],
    [SEE, [...plan.returned, ...plan.unchanged]],
  ];
  for (const [statement, claims] of statements) {
    for (let from = 0; from < claims.length; from += MARKS_PER_TRANSACTION) {
      const ids = claims.slice(from, from + MARKS_PER_TRANSACTION).map(({ id }) => whole(id));
      await lease.step((tx) => tx.run(statement, { ...parameters, ids }));
    }
  }
}

const GO_STALE = `UNWIND $ids AS id MATCH (c:Claim {id: id})
CREATE (c)-[:WENT_STALE]->(:StaleMark {validFrom: $version, since: $at})`;
const COME_BACK = `UNWIND $ids AS id MATCH (:Claim {id: id})-[:WENT_STALE]->(m:StaleMark)
WHERE m.validTo IS NULL SET m.validTo = $version`;
const SEE = `UNWIND $ids AS id MATCH (c:Claim {id: id}) WHERE c.lastSeenMs < $atMs
SET c.lastSeen = $at, c.lastSeenMs = $atMs`;

/** The transaction that makes the batch visible: the version, its source, its problems. */
async function publish(writing: Writing, plan: BatchPlan): Promise<ApplyOutcome> {
  const { lease, batch, version, atMs } = writing;
  const written = plan.bodies.length + plan.returned.length;
  const tally = { written, unchanged: plan.unchanged.length, madeStale: plan.stale.length };
  const isNew = await lease.step(async (tx) => {
    const changed = await writeSource(tx, batch, version);
    const isNew = changed || written + plan.stale.length > 0;
    if (isNew) {
      await tx.run(NEW_VERSION, {
        version: whole(version),
        at: batch.at,
        atMs: whole(atMs),
        source: batch.source.id,
        written: whole(written + plan.stale.length),
        lastClaim: whole(lease.state.lastClaim + plan.bodies.length),
      });
    }
    await writeProblems(tx, batch);
    const newest = isNew ? version : version - 1;
    for (const record of batch.records ?? []) await refuseOvertakenRecord(tx, record);
    for (const record of recordsOf(batch, { made: isNew, newest }))
      await writeNext(tx, record, batch.at);
    await lease.publishIn(tx);
    return isNew;
  });
  lease.markPublished();
  // Undefined: an earlier try of the same transaction stood, and only its answer was lost; then there was something to say.
  return { version: (isNew ?? written + plan.stale.length > 0) ? version : version - 1, ...tally };
}

const NEW_VERSION = `
CREATE (:Version {version: $version, at: $at, atMs: $atMs, source: $source, written: $written}) WITH 1 AS one
MATCH (s:Store {key: 'store'}) SET s.version = $version, s.lastClaim = $lastClaim`;

async function writeSource(
  tx: ManagedTransaction,
  { source }: LineageBatch,
  version: number,
): Promise<boolean> {
  const info = JSON.stringify(source);
  const key = storageKey(source.id);
  const [known] = await rowsOf<{ info: string }>(
    tx,
    "MATCH (s:Source {key: $key}) RETURN s.info AS info",
    { key },
  );
  if (known?.info === info) return false;
  const { kind, label, domain = null } = source;
  await tx.run(
    "MERGE (s:Source {key: $key}) SET s += {info: $info, infoVersion: $version, kind: $kind, label: $label, domain: $domain}",
    { key, info, version: whole(version), kind, label, domain },
  );
  return true;
}

async function writeProblems(tx: ManagedTransaction, batch: LineageBatch): Promise<void> {
  const key = batch.source.id;
  const known = await readRecordNode(tx, PROBLEMS_COLLECTION, key);
  const body = nextSourceProblems(known?.body as SourceProblems | undefined, batch);
  if (body !== undefined)
    await writeNext(tx, { collection: PROBLEMS_COLLECTION, key, body }, batch.at);
}

async function writeNext(
  tx: ManagedTransaction,
  { collection, key, body }: Pick<StoreRecord, "collection" | "key" | "body">,
  at: string,
): Promise<void> {
  const revision = ((await readRecordNode(tx, collection, key))?.revision ?? 0) + 1;
  await writeRecordNode(tx, { collection, key, body, revision, at });
}
