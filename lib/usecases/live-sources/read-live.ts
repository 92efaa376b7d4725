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
    const read = await reader(address, context);
    if (read.ok) for (const file of read.value) files.push(ofKind(file, address));
    else problems.push(problemOf(address, read.error));
  }
  return { files, problems };
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
