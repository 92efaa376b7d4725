import type { Result } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { FaultlineConfig } from "../config/faultline-config.ts";
import type { Failure } from "../failure.ts";
import { guessTiers } from "../owners/guess-tiers.ts";
import { sayByRules } from "../owners/say-by-rules.ts";

/** What a configuration adds after an ingest: rules and CODEOWNERS, then guesses for the tiers that are still unsaid. */
export async function applyConfig(options: {
  readonly store: LineageStore;
  readonly config: FaultlineConfig;
  /** The folder of the configuration. */
  readonly root: string;
  /** ISO 8601. */
  readonly now: string;
}): Promise<Result<number, Failure>> {
  const ruled = await sayByRules(options);
  return ruled.ok ? guessTiers(options) : ruled;
}
