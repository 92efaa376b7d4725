import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { failureOfStore } from "#lib/usecases/failure.ts";
import { chooseConfig } from "./choose-config.ts";
import type { CliIo } from "./cli-io.ts";

export interface StoreOptions {
  readonly store?: string;
}

export interface ServerOptions extends StoreOptions {
  readonly server?: string;
}

export const addStoreOption = (command: Command): Command =>
  command.option(
    "--store <url>",
    "file:PATH (embedded) or neo4j://…; default FAULTLINE_STORE, faultline.yaml's, or file:.faultline",
  );

export const addServerOption = (command: Command): Command =>
  addStoreOption(command).option(
    "--server <url>",
    "ask a running server instead; default FAULTLINE_URL, with FAULTLINE_TOKEN",
  );

/** The store that is meant: by option, environment, the nearest faultline.yaml, or `.faultline` in the current folder. */
export async function chooseStoreUrl(
  io: CliIo,
  options: StoreOptions,
): Promise<Result<string, Failure>> {
  const said = options.store ?? (io.env["FAULTLINE_STORE"] || undefined);
  if (said !== undefined) return ok(absoluteStoreUrl(said, io.cwd));
  const chosen = await chooseConfig(io, {});
  if (!chosen.ok) return chosen;
  const configured = chosen.value?.config.store;
  return ok(
    configured === undefined || chosen.value === undefined
      ? absoluteStoreUrl(DEFAULT_STORE, io.cwd)
      : absoluteStoreUrl(configured, chosen.value.root),
  );
}

const DEFAULT_STORE = "file:.faultline";

/** A relative path means the folder that it was said in, also after the server has moved elsewhere. */
export const absoluteStoreUrl = (url: string, folder: string): string =>
  url.startsWith("file:") && !url.startsWith("file:/")
    ? `file:${resolve(folder, url.slice("file:".length))}`
    : url;

/** The server that is meant, unless the command line names a store. */
export function serverUrlOf(io: CliIo, options: ServerOptions): string | undefined {
  if (options.server !== undefined) return options.server;
  if (options.store !== undefined) return undefined;
  return io.env["FAULTLINE_URL"] || undefined;
}

/** A store that somebody named, or one that is there: none is made for a mere question. */
export async function hasStore(io: CliIo, options: StoreOptions): Promise<boolean> {
  if (options.store !== undefined || io.env["FAULTLINE_STORE"]) return true;
  const url = await chooseStoreUrl(io, options);
  return (
    url.ok &&
    (!url.value.startsWith("file:") || existsSync(url.value.replace(/^file:(?:\/\/(?=\/))?/, "")))
  );
}

export interface StoreUse {
  readonly io: CliIo;
  readonly options: StoreOptions;
  /** The work only asks: a store that is not there is a mistake of the caller, and none is made. */
  readonly mustExist?: boolean;
}

/** Opens the store, runs the work and closes it again, whatever happens. */
export async function withStore<T>(
  { io, options, mustExist = false }: StoreUse,
  work: (store: LineageStore, url: string) => Promise<Result<T, Failure>>,
): Promise<Result<T, Failure>> {
  const { folderOf, isStoreUrl, openStore } = await import("#lib/store/open-store.ts");
  const chosen = await chooseStoreUrl(io, options);
  if (!chosen.ok) return chosen;
  const url = chosen.value;
  if (!isStoreUrl(url)) {
    return err({
      code: "bad-usage",
      message: `${JSON.stringify(url)} is not the URL of a store`,
      next: "use file:PATH, or neo4j://HOST:7687 with NEO4J_USERNAME and NEO4J_PASSWORD",
    });
  }
  if (mustExist && url.startsWith("file:") && !existsSync(folderOf(url)))
    return err({
      code: "bad-usage",
      message: `there is no store at ${url}`,
      next: "fill one with faultline ingest PATH --store URL, or name another",
    });
  const opened = await openStore(url, io.env);
  if (!opened.ok) return err(failureOfStore(opened.error));
  try {
    const done = await work(opened.value, url);
    return done.ok ? ok(done.value) : done;
  } finally {
    await opened.value.close();
  }
}
