import { err, type Result } from "#lib/kit/result.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { Failure } from "../failure.ts";
import type { FilesRead, ReadFile } from "../sources/read-files.ts";
import type { LiveAddress, LiveKind } from "./live-address.ts";
import { parseLiveAddress } from "./live-address.ts";
import type { LiveContext, LiveReader } from "./live-reader.ts";

const READERS: Readonly<Record<LiveKind, () => Promise<LiveReader>>> = {
  postgres: async () => (await import("./read-live-postgres.ts")).readLivePostgres,
  "schema-registry": async () => (await import("./read-live-registry.ts")).readLiveRegistry,
  "kafka-connect": async () => (await import("./read-live-registry.ts")).readLiveConnect,
  file: async () => (await import("./read-live-registry.ts")).readLiveFile,
  marquez: async () => (await import("./read-live-marquez.ts")).readLiveMarquez,
  datahub: async () => (await import("./read-live-datahub.ts")).readLiveDatahub,
  openmetadata: async () => (await import("./read-live-openmetadata.ts")).readLiveOpenMetadata,
  superset: async () => (await import("./read-live-superset.ts")).readLiveSuperset,
  metabase: async () => (await import("./read-live-metabase.ts")).readLiveMetabase,
  mlflow: async () => (await import("./read-live-mlflow.ts")).readLiveMlflow,
};

/** Reads live sources one after the other. One that does not answer is a problem, and what is known of it stays. */
export async function readLive(
  places: readonly string[],
  context: LiveContext,
): Promise<FilesRead> {
  const files: ReadFile[] = [];
  const problems: Problem[] = [];
  for (const place of places) {
    const address = parseLiveAddress(place);
    if (address === undefined) continue;
    const reader = await READERS[address.kind]();
    const read = await readPatiently(address, context, reader);
    if (read.ok) for (const file of read.value) files.push(ofKind(file, address));
    else problems.push(problemOf(address, read.error));
  }
  return { files, problems };
}

const WAIT_MS = 15_000;

/** Says what is waited for, and lets go of it when its time is over, whatever it still does. */
async function readPatiently(
  address: LiveAddress,
  context: LiveContext,
  reader: LiveReader,
): Promise<Awaited<ReturnType<LiveReader>>> {
  const { signal, onWait } = context;
  const began = performance.now();
  const timer = setInterval(() => {
    onWait?.({
      place: address.shown,
      seconds: Math.round((performance.now() - began) / 1000),
    });
  }, context.waitMs ?? WAIT_MS);
  try {
    if (signal === undefined) return await reader(address, context);
    const given = reader(address, { ...context, fetch: withSignal(context.fetch, signal) });
    return await Promise.race([given, untilOver(signal)]);
  } finally {
    clearInterval(timer);
  }
}

const withSignal =
  (ask: typeof fetch, signal: AbortSignal): typeof fetch =>
  (input, init) =>
    ask(input, {
      ...init,
      signal: init?.signal ? AbortSignal.any([init.signal, signal]) : signal,
    });

function untilOver(signal: AbortSignal): Promise<Result<never, Failure>> {
  const over: Result<never, Failure> = err({
    code: "unreachable-source",
    message: "it did not give all in the time that a reading has",
    next: "Check that it answers at all; where it only needs longer, give the source a `limit` in faultline.yaml.",
  });
  return new Promise((resolve) => {
    if (signal.aborted) resolve(over);
    else signal.addEventListener("abort", () => resolve(over), { once: true });
  });
}

/** An address of one file says nothing of what it is; every other tool's answers are its own. */
function ofKind(file: ReadFile, { kind }: LiveAddress): ReadFile {
  if (kind === "file") return file;
  return { ...file, kind: kind === "schema-registry" ? "schema" : kind };
}

const problemOf = ({ shown }: LiveAddress, { message, next }: Failure): Problem => ({
  code: "unreachable-source",
  // The problem names the source itself.
  message: message.startsWith(`${shown}: `) ? message.slice(shown.length + 2) : message,
  next: next ?? "Nothing of it was taken over; what is known of it stays as it was.",
  file: shown,
  severity: "error",
});
