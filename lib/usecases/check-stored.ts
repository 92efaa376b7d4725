import type { NamesConfig } from "#lib/ingest/names/names-config.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { ConfirmedRename } from "./check-columns.ts";
import { pairFacts } from "./check-pairs.ts";
import { type CheckState, readCheckState } from "./check-state.ts";
import { type Failure, failureOfStore } from "./failure.ts";
import { loadSqlParser } from "./load-sql-parser.ts";
import type { GateFiles } from "./read-gate-files.ts";
import { type CheckAnswer, runCheck } from "./run-check.ts";

export interface CheckCall extends GateFiles {
  /** A path, `store` or `store@TIME`. */
  readonly base: string;
  readonly head: string;
  readonly cwd: string;
  /** ISO 8601. */
  readonly now: string;
  readonly store?: LineageStore;
  readonly renames?: readonly ConfirmedRename[];
  readonly names?: NamesConfig;
  readonly dialect?: string;
  readonly materialize?: "table";
}

/** Reads the two states and what is deployed, and checks the one against the other. */
export async function checkStored(call: CheckCall): Promise<Result<CheckAnswer, Failure>> {
  const parser = await loadSqlParser();
  const { cwd, now, store, dialect } = call;
  const common = { cwd, now, parser, ...(store ? { store } : {}), ...(dialect ? { dialect } : {}) };
  const base = await readCheckState({ ...common, text: call.base });
  if (!base.ok) return base;
  const head = await readCheckState({ ...common, text: call.head });
  if (!head.ok) return head;
  const whole = checkWhole(base.value, head.value);
  if (!whole.ok) return whole;
  const deployed = await store?.claims();
  if (deployed !== undefined && !deployed.ok) return err(failureOfStore(deployed.error));
  const { policy, waivers, renames, names, materialize } = call;
  return ok(
    await runCheck({
      base: base.value,
      head: head.value,
      policy,
      waivers,
      parser,
      now,
      ...(deployed ? { deployed: deployed.value } : {}),
      ...(renames ? { renames } : {}),
      ...(names ? { names } : {}),
      ...(materialize ? { materialize } : {}),
    }),
  );
}

/** What could not be read would pass for something that is gone, or for something that is safe. */
function checkWhole(base: CheckState, head: CheckState): Result<undefined, Failure> {
  for (const { label, problems } of [base, head]) {
    const broken = problems.filter(({ severity }) => severity === "error");
    if (broken.length > 0) {
      return err({
        code: broken[0]?.code ?? "wrong-shape",
        message: `${label} could not be read as a whole, so nothing can be said of what changed`,
        problems: broken,
      });
    }
  }
  const isShared = pairFacts(base, head).some(({ before, after }) => before && after);
  if (isShared) return ok(undefined);
  return err({
    code: "bad-usage",
    message: `${base.label} and ${head.label} have no asset in common`,
    next: "compare two states of one project; names that differ are told by --names",
  });
}
