import { join, posix } from "node:path";
import { parseYamlText } from "#lib/ingest/parse-structured-text.ts";
import type { FaultlineConfig } from "../config/faultline-config.ts";
import { readTextFile } from "./read-text-file.ts";

/**
 * Where the dbt projects of a configuration lie, by the id of their source (`dbt:shop` to `teams/shop`): a manifest
 * names its files from the project's folder, a CODEOWNERS file from the repository's. A project in the configuration's own
 * folder needs no entry.
 */
export async function readProjectFolders(
  config: FaultlineConfig,
  root: string,
): Promise<ReadonlyMap<string, string>> {
  const folders = new Map<string, string>();
  for (const { path, as } of config.sources) {
    if (as !== "dbt" || posix.isAbsolute(path)) continue;
    for (const folder of [posix.normalize(path), posix.dirname(posix.normalize(path))]) {
      const name = await readProjectName(root, folder);
      if (name === undefined) continue;
      if (folder !== ".") folders.set(`dbt:${name}`, folder.replace(/\/$/, ""));
      break;
    }
  }
  return folders;
}

async function readProjectName(root: string, folder: string): Promise<string | undefined> {
  const text = await readTextFile(join(root, folder, "dbt_project.yml"));
  if (!text.ok) return undefined;
  const project = parseYamlText("dbt_project.yml", text.value);
  if (!project.ok || typeof project.value !== "object" || project.value === null) return undefined;
  const { name } = project.value as { readonly name?: unknown };
  return typeof name === "string" ? name : undefined;
}
