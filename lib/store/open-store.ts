import { err, type Result } from "#lib/kit/result.ts";
import type { LineageStore } from "./lineage-store.ts";
import type { StoreEnvironment } from "./store-environment.ts";
import type { StoreError } from "./store-error.ts";

const NEO4J_SCHEMES = /^(neo4j|bolt)(\+s|\+ssc)?:\/\//;

/** Whether a text has the form of a store's URL at all. */
export const isStoreUrl = (url: string): boolean =>
  url === "memory:" || /^file:./.test(url) || NEO4J_SCHEMES.test(url);

/**
 * Opens the store that a URL names: `file:PATH` (a folder, made where it is missing), `memory:`, or
 * `neo4j://host:port`, `bolt://…`, `neo4j+s://…` with `NEO4J_USERNAME` and `NEO4J_PASSWORD` from `env`.
 *
 * Errors: `unreachable`, `refused` (password, rights, an unknown scheme), `corrupt`, `newer-format`, `no-space`.
 */
export async function openStore(
  url: string,
  env: StoreEnvironment,
): Promise<Result<LineageStore, StoreError>> {
  if (url.startsWith("file:")) return openFolder(url);
  if (url === "memory:") {
    const { openMemoryStore } = await import("./embedded/open-embedded-store.ts");
    return openMemoryStore();
  }
  if (NEO4J_SCHEMES.test(url)) {
    const { openNeo4jStore } = await import("./neo4j/open-neo4j-store.ts");
    return openNeo4jStore(url, env);
  }
  return err({
    code: "refused",
    message: `${JSON.stringify(url)} is not the URL of a store.`,
    next: "Use file:PATH, or neo4j://HOST:7687 with NEO4J_USERNAME and NEO4J_PASSWORD.",
  });
}

async function openFolder(url: string): Promise<Result<LineageStore, StoreError>> {
  const folder = folderOf(url);
  if (folder === "") {
    return err({
      code: "refused",
      message: "The URL file: names no folder.",
      next: "Write it like file:.faultline or file:/var/lib/faultline.",
    });
  }
  const { openEmbeddedStore } = await import("./embedded/open-embedded-store.ts");
  return openEmbeddedStore(folder);
}

/** `file:.faultline`, `file:/var/x` and `file:///var/x` all name the folder that a person means. */
export const folderOf = (url: string): string =>
  url.replace(/^file:/, "").replace(/^\/\/(?=\/)/, "");
