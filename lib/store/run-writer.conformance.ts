import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { StoredClaim } from "#lib/model/claim.ts";

export interface WriterRun {
  readonly url: string;
  readonly source: string;
  readonly claims: number;
  readonly rounds: number;
}

/** Starts the writing process; `firstRound` settles once its first batch is durable. */
export function startWriter({ url, source, claims, rounds }: WriterRun): {
  readonly child: ChildProcess;
  readonly firstRound: Promise<void>;
  readonly ended: Promise<{ code: number | null; said: string }>;
} {
  const script = join(import.meta.dirname, "write-child.conformance.ts");
  const child = spawn(
    process.execPath,
    ["--import", "tsx", script, url, source, String(claims), String(rounds)],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let said = "";
  child.stderr.on("data", (data) => {
    said += String(data);
  });
  const ended = once(child, "exit").then(([code]) => ({ code: code as number | null, said }));
  const firstRound = new Promise<void>((resolve, reject) => {
    createInterface(child.stdout).once("line", () => resolve());
    void ended.then(() => reject(new Error(`the writer ended before its first round: ${said}`)));
  });
  firstRound.catch(() => undefined);
  return { child, firstRound, ended };
}

/** The rounds that a source's claims are of: one round only, if no batch is there by half. */
export const roundsIn = (claims: readonly StoredClaim[], source: string): ReadonlySet<string> =>
  new Set(
    claims
      .filter((stored) => stored.source.id === source)
      .map((stored) => stored.claim.columns?.[1]?.name ?? "no round"),
  );
