import { err, ok, type Result } from "#lib/kit/result.ts";
import type { FaultlineConfig } from "../config/faultline-config.ts";
import type { Failure } from "../failure.ts";
import { parseLiveAddress, placeFrom } from "../live-sources/live-address.ts";
import type { FilesRead } from "../sources/read-files.ts";
import { readPlaces } from "../sources/read-paths.ts";
import { type ConfiguredSource, nameOfSource, scheduleOfSource } from "./configured-source.ts";
import { limitOf } from "./run-limit.ts";
import { nothingRead, type SyncCall, tryAgain, withSecrets } from "./run-sync.ts";
import { chooseSources } from "./sync-configured.ts";
import type { TakenSync } from "./take-sync.ts";

export interface SendSyncCall
  extends Pick<SyncCall, "env" | "now" | "sleep" | "random" | "onWait"> {
  readonly config: FaultlineConfig;
  /** The folder of the configuration. */
  readonly root: string;
  /** Sources that are meant; none: all. */
  readonly names: readonly string[];
  /** Hands a body to the server. */
  readonly send: (body: unknown) => Promise<Result<TakenSync, Failure>>;
  readonly onDone?: (done: SentSync) => void;
}

export interface SentSync {
  readonly name: string;
  readonly outcome: Result<TakenSync, Failure>;
}

/** Reads sources of a configuration here, where their secrets and networks are, and hands what they say to a server. */
export async function sendSync(call: SendSyncCall): Promise<Result<readonly SentSync[], Failure>> {
  const chosen = chooseSources(call.config.sources, call.names);
  if (!chosen.ok) return chosen;
  const done: SentSync[] = [];
  for (const source of chosen.value) {
    const sent = { name: nameOfSource(source), outcome: await sendOne(source, call) };
    call.onDone?.(sent);
    done.push(sent);
  }
  return ok(done);
}

async function sendOne(
  source: ConfiguredSource,
  call: SendSyncCall,
): Promise<Result<TakenSync, Failure>> {
  const { config, root } = call;
  const signal = limitOf(source);
  const { outcome: read, attempts } = await tryAgain({ ...call, signal }, () =>
    readHere(source, { ...call, signal }),
  );
  const schedule = scheduleOfSource(source);
  const { as, dialect, domain } = source;
  const body = {
    name: nameOfSource(source),
    place: parseLiveAddress(source.path)?.shown ?? source.path,
    root,
    configured: config.sources.map(nameOfSource),
    attempts,
    ...(schedule === undefined ? {} : { schedule }),
    ...(as === undefined ? {} : { as }),
    ...(dialect === undefined ? {} : { dialect }),
    ...(domain === undefined ? {} : { domain }),
    ...(config.names === undefined ? {} : { names: config.names }),
    ...(read.ok
      ? {
          files: read.value.files,
          isPartial: read.value.problems.some(({ severity }) => severity === "error"),
        }
      : { failure: read.error.message.slice(0, 500) }),
  };
  const { outcome } = await tryAgain(call, () => call.send(body));
  // The server has it on record; whoever asked hears of the reason first.
  if (!read.ok) return outcome.ok ? read : outcome;
  return outcome;
}

/** All that is there; what was read in part is kept, and nothing of the rest counts as gone. */
async function readHere(
  source: ConfiguredSource,
  { root, env, now, signal, onWait }: SendSyncCall & { readonly signal: AbortSignal },
): Promise<Result<FilesRead, Failure>> {
  const read = await readPlaces([placeFrom(root, source.path)], {
    cwd: root,
    env: withSecrets(env, source),
    now: now().toISOString(),
    signal,
    ...(onWait === undefined ? {} : { onWait }),
  });
  return read.files.length === 0 ? err(nothingRead(read.problems)) : ok(read);
}
