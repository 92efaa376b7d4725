import type { Result } from "#lib/kit/result.ts";
import { err } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { type Failure, failureOfStore } from "../failure.ts";

/** Why a question finds nothing in a store: it is empty, or it held nothing yet at the moment that is asked for. */
export async function failEmpty(
  store: LineageStore,
  at: string | undefined,
): Promise<Result<never, Failure>> {
  const versions = at === undefined ? undefined : await store.versions();
  if (versions?.ok === false) return err(failureOfStore(versions.error));
  const first = versions?.value[0];
  if (first === undefined)
    return err({
      code: "bad-usage",
      message: `${store.label} is empty`,
      next: "fill it with `faultline ingest PATH`, or ask files with --from PATH",
    });
  return err({
    code: "bad-usage",
    message: `${store.label} held nothing yet at ${at}: what it knows begins with version ${first.version}, at ${first.at}`,
    next: "ask for a later time or version, or leave the time out for the newest",
  });
}
