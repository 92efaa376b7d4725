import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the installed package, found from where this file runs: the bundle in `dist`, or the source. */
export function findPackageRoot(): string | undefined {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    if (isPackage(join(folder, "package.json"))) return folder;
    const above = dirname(folder);
    if (above === folder) return undefined;
    folder = above;
  }
}

function isPackage(path: string): boolean {
  if (!existsSync(path)) return false;
  const { name } = JSON.parse(readFileSync(path, "utf8")) as { readonly name?: unknown };
  return name === "faultline";
}
