import { DEFAULT_NAMES, type NamesConfig } from "#lib/ingest/names/names-config.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { StoredClaim } from "#lib/model/claim.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { StoreError } from "#lib/store/store-error.ts";
import { type Failure, failureOfStore } from "../failure.ts";
import { listDecisions, withConfirmed } from "../identity/confirmed-names.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import type { VerifyTarget } from "../verify/verify-target.ts";
import { type CachePlace, openAnalysisCache } from "./analysis-cache.ts";
import { withBoundViews } from "./bound-views.ts";
import type { ConfirmedRename } from "./check-columns.ts";
import { applyMigrations } from "./check-migrations.ts";
import { pairFacts } from "./check-pairs.ts";
import {
  type CheckSide,
  type CheckState,
  listTurned,
  migrationFiles,
  type ReadStateInput,
  readCheckState,
} from "./check-state.ts";
import { collectPragmas } from "./collect-pragmas.ts";
import { differingUnread } from "./differing-unread.ts";
import type { GateFiles } from "./read-gate-files.ts";
import { type CheckAnswer, type CheckRequest, runCheck } from "./run-check.ts";

export interface CheckCall extends GateFiles {
  readonly base: CheckSide;
  readonly head: CheckSide;
  /** ISO 8601. */
  readonly now: string;
  readonly store?: LineageStore;
  readonly renames?: readonly ConfirmedRename[];
  readonly names?: NamesConfig;
  readonly dialect?: string;
  readonly materialize?: "table";
  readonly fullRefresh?: boolean;
  /** Where analyses are kept for the next run, and the build of the program that makes them. */
  readonly cache?: Omit<CachePlace, "about">;
  /** Have an engine try the statements. */
  readonly verify?: VerifyTarget;
  /** Who is there when it goes wrong. */
  readonly onCall?: string;
}

/** Reads the two states and what is deployed, and checks the one against the other. */
export async function checkStored(call: CheckCall): Promise<Result<CheckAnswer, Failure>> {
  const parser = await loadSqlParser();
  const { now, store, dialect } = call;
  const common = { now, parser, ...(store ? { store } : {}), ...(dialect ? { dialect } : {}) };
  const deployed = await store?.claims();
  if (deployed !== undefined && !deployed.ok) return err(failureOfStore(deployed.error));
  const version = await store?.version();
  if (version !== undefined && !version.ok) return err(failureOfStore(version.error));
  const names = await namesOf(call);
  if (!names.ok) return err(failureOfStore(names.error));
  const decisions = store === undefined ? ok([]) : await listDecisions(store);
  if (!decisions.ok) return err(failureOfStore(decisions.error));
  const states = await readStates(call, { ...common, deployed: deployed?.value });
  if (!states.ok) return states;
  const whole = checkWhole(states.value);
  if (!whole.ok) return whole;
  const { policy, waivers, materialize, fullRefresh, verify, onCall } = call;
  const sources = states.value.base.sources.map(({ source }) => source.id).sort();
  const isMigration = states.value.locate !== undefined;
  if (isMigration && fullRefresh === true)
    return err({
      code: "bad-usage",
      message: "migrations are run, not built: a full refresh is one of a dbt project",
    });
  const about = [sources, names.value ?? null, dialect ?? null];
  return runCheck({
    ...states.value,
    pragmas: collectPragmas(call.head, states.value.head.sources),
    policy,
    waivers,
    parser,
    now,
    ...(deployed
      ? { deployed: isMigration ? withBoundViews(deployed.value) : deployed.value }
      : {}),
    ...(version ? { version: version.value.version } : {}),
    ...(names.value ? { names: names.value } : {}),
    decisions: decisions.value,
    ...(materialize ? { materialize } : {}),
    ...(fullRefresh ? { fullRefresh } : {}),
    ...(verify ? { verify } : {}),
    ...(onCall === undefined ? {} : { onCall }),
    ...(call.cache ? { cache: openAnalysisCache({ ...call.cache, about }) } : {}),
  });
}

/** With what people confirmed in the store: a state of files is joined to what is deployed as an ingest of it would be. */
const namesOf = async ({
  store,
  names,
}: CheckCall): Promise<Result<NamesConfig | undefined, StoreError>> =>
  store === undefined ? ok(names) : withConfirmed(store, names ?? DEFAULT_NAMES);

interface States {
  readonly base: CheckState;
  readonly head: CheckState;
  readonly renames: readonly ConfirmedRename[];
  readonly locate?: NonNullable<CheckRequest["locate"]>;
}

async function readStates(
  { base: before, head: after, renames = [] }: CheckCall,
  common: ReadStateInput & { readonly deployed: readonly StoredClaim[] | undefined },
): Promise<Result<States, Failure>> {
  const base = await readCheckState(before, common);
  if (!base.ok) return base;
  const { deployed } = common;
  const files = before === "store" ? migrationFiles(after) : undefined;
  if (files !== undefined && deployed !== undefined) {
    const migrated = applyMigrations({ ...common, claims: deployed, files, label: labelOf(after) });
    if (!migrated.ok) return migrated;
    return ok({ ...migrated.value, renames: [...renames, ...migrated.value.renames] });
  }
  const head = await readCheckState(after, common);
  if (!head.ok) return head;
  const leftOut = [...(head.value.leftOut ?? []), ...listTurned(before, after)];
  const unread = differingUnread(base.value, head.value);
  return ok({ base: base.value, head: { ...head.value, leftOut, unread }, renames });
}

const labelOf = (side: CheckSide): string => (typeof side === "string" ? side : side.label);

/** What could not be read would pass for something that is gone, or for something that is safe. */
function checkWhole({ base, head, locate }: States): Result<undefined, Failure> {
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
  const isMigration = locate !== undefined;
  // Migrations speak of what is deployed, also where they leave none of it.
  const isShared = pairFacts(base, head).some(({ before, after }) => before && after);
  if (isShared || isMigration) return ok(undefined);
  return err({
    code: "bad-usage",
    message: `${base.label} and ${head.label} have no asset in common`,
    next: "compare two states of one project; names that differ are told by --names",
  });
}
