import { dirname, resolve, sep } from "node:path";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import type { FaultlineConfig } from "#lib/usecases/config/faultline-config.ts";
import { findConfig } from "#lib/usecases/config/find-config.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { parseLiveAddress, placeFrom } from "#lib/usecases/live-sources/live-address.ts";
import type { CliIo } from "./cli-io.ts";

export interface ChosenConfig {
  readonly path: string;
  /** The folder of the file: what it names is relative to it. */
  readonly root: string;
  readonly config: FaultlineConfig;
}

/**
 * The configuration that holds for a command: the file that is named, else the nearest in or above where the command
 * runs, else in or above the first of the paths that it is about. Undefined: there is none.
 */
export async function chooseConfig(
  io: CliIo,
  { file, paths = [] }: { readonly file?: string | undefined; readonly paths?: readonly string[] },
): Promise<Result<ChosenConfig | undefined, Failure>> {
  const [first] = paths;
  const path =
    file === undefined
      ? (findConfig(io.cwd) ??
        (first === undefined ? undefined : findConfig(resolve(io.cwd, first))))
      : resolve(io.cwd, file);
  if (path === undefined) return ok(undefined);
  const { readConfig } = await import("#lib/usecases/config/read-config.ts");
  const config = await readConfig(path);
  return config.ok ? ok({ path, root: dirname(path), config: config.value }) : config;
}

/**
 * What the configuration says of the source that all these paths are or lie in: its kind, dialect and domain hold for
 * them as well, however they are named on the command line.
 */
export function configuredSource(
  { root, config }: ChosenConfig,
  paths: readonly string[],
): FaultlineConfig["sources"][number] | undefined {
  return config.sources.find(({ path }) => {
    const place = placeFrom(root, path);
    const live = parseLiveAddress(place)?.shown;
    // Who asks, and with which options, makes it no other source.
    if (live !== undefined) return paths.every((one) => parseLiveAddress(one)?.shown === live);
    return paths.every((one) => one === place || one.startsWith(place + sep));
  });
}
