import { spawn } from "node:child_process";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { failureOfStore } from "#lib/usecases/failure.ts";
import type { Services } from "#lib/usecases/open-services.ts";

interface FillDemoAside {
  readonly services: Services;
  readonly storeUrl: string;
  /** What Node has to run for this program. */
  readonly program?: readonly string[];
}

/**
 * Fills an empty store with the demo company in a process that ends: what reading the company takes (parsers, their memory
 * and code) would otherwise stay with the server. It says itself on stderr how far it is, and what went wrong.
 */
export async function fillDemoAside({
  services: { workspace },
  storeUrl,
  program = [...process.execArgv, process.argv[1] ?? ""],
}: FillDemoAside): Promise<Result<void, Failure>> {
  const store = await workspace.store();
  if (!store.ok) return store;
  const version = await store.value.version();
  if (!version.ok) return err(failureOfStore(version.error));
  if (version.value.version > 0) return ok(undefined);
  const code = await run([...program, "fill-demo", "--store", storeUrl]);
  if (code !== 0)
    return err({
      code: "internal",
      message: "the store could not be filled with the demo company",
      next: "what stands above says why; start again with an empty store",
    });
  await workspace.refresh();
  return ok(undefined);
}

/** Gives the exit code; null: there is none. */
function run(args: readonly string[]): Promise<number | null> {
  return new Promise((resolve) => {
    // A group of its own: Ctrl+C is for the server, and half a company would stay in the store.
    const child = spawn(process.execPath, args, {
      stdio: ["ignore", "ignore", "inherit"],
      detached: true,
    });
    child.once("error", () => resolve(null));
    child.once("close", resolve);
  });
}
