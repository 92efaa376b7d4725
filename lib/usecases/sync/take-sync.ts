import type { z } from "zod";
import type { NamesConfig } from "#lib/ingest/names/names-config.ts";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { Actor } from "../access/authenticate-request.ts";
import type { ServerConfig } from "../config/read-server-config.ts";
import type { Failure } from "../failure.ts";
import type { IngestReport } from "../sources/ingest-report.ts";
import { ingestUpload, type sentSyncSchema } from "../sources/ingest-upload.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { retireRemoved } from "./retire-removed.ts";
import { recordRun } from "./run-sync.ts";
import { takeSyncLock } from "./sync-lock.ts";
import type { SyncStatus } from "./sync-status.ts";

export interface TakenSync {
  readonly status: SyncStatus;
  /** Absent: the client could not read it. */
  readonly report?: IngestReport;
  /** Names of sources that its configuration does not name any more: what they said is stale from now on. */
  readonly retired: readonly string[];
}

/**
 * Takes over what a team's own machine has read of one of its sources, as if the server had read it: one at a time, with a
 * record of how it went, and what the place gives no more goes stale. Names are the sender's own, so that no token speaks
 * for the sources of another.
 */
export async function takeSync({
  store,
  sent,
  actor,
  now,
  names,
  rules,
}: {
  readonly store: LineageStore;
  readonly sent: z.output<typeof sentSyncSchema>;
  readonly actor: Actor;
  readonly now: () => Date;
  readonly names?: NamesConfig;
  readonly rules?: ServerConfig;
}): Promise<Result<TakenSync, Failure>> {
  const ownName = (name: string): string => `${actor.name}: ${name}`;
  const { name, place, schedule, configured, ...read } = sent;
  const root = ownName(sent.root);
  const lock = await takeSyncLock(store, { name: ownName(name), now });
  if (!lock.ok) return lock;
  if (lock.value === undefined)
    return err({ code: "busy", message: `${name} is taken over at this moment` });
  try {
    const about = {
      name: ownName(name),
      place,
      root,
      ...(schedule === undefined ? {} : { schedule }),
    };
    const done = await recordRun({ store, now, about }, async (known) => ({
      attempts: sent.attempts ?? 1,
      outcome: await ingestSent(read, {
        known,
        store,
        actor,
        now: now().toISOString(),
        ...(names ? { names } : {}),
        ...(rules ? { rules } : {}),
      }),
    }));
    if (!done.ok) return done;
    const outcome = done.value;
    if (outcome.kind === "failed" && sent.files !== undefined) return err(outcome.failure);
    const retired = await retireRemoved({
      store,
      root,
      configured: new Set(configured.map(ownName)),
      parser: await loadSqlParser(),
      now: now().toISOString(),
    });
    if (!retired.ok) return retired;
    return ok({
      status: outcome.status,
      retired: retired.value.map((one) => one.slice(ownName("").length)),
      ...(outcome.kind === "done" ? { report: outcome.report } : {}),
    });
  } finally {
    await lock.value.release();
  }
}

type Sent = Omit<z.output<typeof sentSyncSchema>, "name" | "place" | "schedule" | "configured">;

async function ingestSent(
  { files, failure, isPartial, as, dialect, domain, names }: Sent,
  here: Omit<Parameters<typeof ingestUpload>[0], "upload" | "problems">,
): Promise<Result<IngestReport, Failure>> {
  if (files === undefined)
    return err({ code: "unreachable-source", message: failure ?? "it could not be read" });
  return ingestUpload({
    ...here,
    upload: {
      files,
      ...(as === undefined ? {} : { as }),
      ...(dialect === undefined ? {} : { dialect }),
      ...(domain === undefined ? {} : { domain }),
      ...(names === undefined ? {} : { names }),
    },
    problems: isPartial === true ? [PARTIAL] : [],
  });
}

const PARTIAL: Problem = {
  code: "unreadable-file",
  message: "a part could not be read where it lies",
  severity: "error",
};
