import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

export const CONFIG_NAME = "faultline.yaml";

/**
 * The configuration that holds for a file or folder: in it or above it, as far as its repository goes. Undefined: none.
 */
export function findConfig(start: string): string | undefined {
  let folder = resolve(start);
  for (;;) {
    const path = join(folder, CONFIG_NAME);
    if (existsSync(path)) return path;
    const above = dirname(folder);
    if (above === folder || existsSync(join(folder, ".git"))) return undefined;
    folder = above;
  }
}
