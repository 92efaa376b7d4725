import { parseEvery } from "./schedule.ts";

/** How long one reading of a source may take where nobody said otherwise. */
const USUAL = "30m";

/** What ends a run of a source, all its tries together: `limit` of faultline.yaml, as `10m` or `2h`. */
export function limitOf({ limit = USUAL }: { readonly limit?: string | undefined }): AbortSignal {
  const parsed = parseEvery(limit);
  const ms = parsed.ok && parsed.value.kind === "every" ? parsed.value.ms : 0;
  return AbortSignal.timeout(ms);
}
