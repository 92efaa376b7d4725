import { err, ok, type Result } from "#lib/kit/result.ts";
import { findSimilarNames } from "../ask/find-similar-names.ts";
import type { Failure } from "../failure.ts";
import { type ConfiguredSource, nameOfSource } from "./configured-source.ts";
import { runSync, type SyncCall, type SyncOutcome } from "./run-sync.ts";

export interface NamedOutcome {
  readonly name: string;
  readonly outcome: SyncOutcome;
}

/** Reads the named sources of a configuration one after the other; without names all of them. */
export async function syncConfigured({
  names,
  onDone,
  ...call
}: Omit<SyncCall, "source"> & {
  readonly names: readonly string[];
  readonly onDone?: (done: NamedOutcome) => void;
}): Promise<Result<readonly NamedOutcome[], Failure>> {
  const chosen = chooseSources(call.config.sources, names);
  if (!chosen.ok) return chosen;
  const outcomes: NamedOutcome[] = [];
  for (const source of chosen.value) {
    const outcome = await runSync({ ...call, source });
    if (!outcome.ok) return outcome;
    const done = { name: nameOfSource(source), outcome: outcome.value };
    onDone?.(done);
    outcomes.push(done);
  }
  return ok(outcomes);
}

/** The sources of a configuration that are meant; without names all of them. */
export function chooseSources(
  sources: readonly ConfiguredSource[],
  names: readonly string[],
): Result<readonly ConfiguredSource[], Failure> {
  const known = sources.map(nameOfSource);
  const twice = known.find((name, at) => known.indexOf(name) !== at);
  if (twice !== undefined)
    return err({
      code: "bad-usage",
      message: `two sources of faultline.yaml are called ${twice}`,
      next: "give each a `name`",
    });
  const missing = names.find((name) => !known.includes(name));
  if (missing !== undefined)
    return err({
      code: "bad-usage",
      message: `faultline.yaml names no source ${missing}`,
      candidates: findSimilarNames(missing, known),
    });
  return ok(
    names.length === 0 ? sources : sources.filter((source) => names.includes(nameOfSource(source))),
  );
}
