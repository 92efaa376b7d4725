import type { NamesConfig } from "#lib/ingest/names/names-config.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Outcome } from "#lib/review/decide-gate.ts";
import type { Finding } from "#lib/review/finding.ts";
import type { Failure } from "../failure.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { type HistoryPlace, listPastStates, type PastState } from "./artefact-history.ts";
import { readCheckState, type SideFiles } from "./check-state.ts";
import { type CheckCall, checkStored } from "./check-stored.ts";
import type { GateFiles } from "./read-gate-files.ts";
import type { CheckAnswer } from "./run-check.ts";

/** `stopped`: blocked. `warned`: counted, while the policy observes. `not_judged`: nobody can say what happens. */
type BacktestResult = "stopped" | "warned" | "passed" | "not_judged";

export interface BacktestCall extends GateFiles {
  readonly place: HistoryPlace;
  readonly since?: string;
  /** Of pairs; the newest are taken. */
  readonly most: number;
  readonly names?: NamesConfig;
  readonly dialect?: string;
  readonly cache?: CheckCall["cache"];
}

interface Moment {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
}

/** What the policy would have done with one step of the history. */
export interface BacktestPair {
  readonly base: Moment;
  readonly head: Moment;
  readonly result: BacktestResult;
  /** As `check` says it; absent where it could not compare the two. */
  readonly outcome?: Outcome;
  readonly why: string;
  readonly changes: number;
  /** Those that the policy counts, the worst first; a few at most. */
  readonly counted: readonly Pick<
    Finding,
    "fingerprint" | "change" | "asset" | "verdict" | "certainty"
  >[];
  readonly countedInAll: number;
}

/** What `policy backtest --format json` prints. */
export interface BacktestAnswer {
  /** The version of the policy. */
  readonly policy: string;
  /** Oldest first. */
  readonly pairs: readonly BacktestPair[];
  readonly totals: Readonly<Record<BacktestResult, number>>;
  /** States that could not be read; the next one is compared with the last that could. */
  readonly skipped: readonly (Omit<Moment, "at"> & {
    readonly at?: string;
    readonly why: string;
  })[];
  /** Older states were left out. */
  readonly more: boolean;
}

const SHOWN_FINDINGS = 10;

/** Replays the policy: `check` of every state of a history against the one before, at the time of the later one. */
export async function backtestPolicy(call: BacktestCall): Promise<Result<BacktestAnswer, Failure>> {
  const { place, since, most, policy } = call;
  const bounds = { most: most + 1, ...(since === undefined ? {} : { since }) };
  const listed = await listPastStates(place, bounds);
  if (!listed.ok) return listed;
  const { states, more, undated } = listed.value;
  const parser = await loadSqlParser();
  const pairs: BacktestPair[] = [];
  const skipped: BacktestAnswer["skipped"][number][] = undated.map((id) => ({
    id,
    why: "its name does not begin with a date such as 2026-03-01",
  }));
  let base: ReadState | undefined;
  for (const state of states) {
    const read = await readState(state, { parser, call });
    if (!read.ok) {
      skipped.push({ id: state.id, at: state.at, why: read.error });
      continue;
    }
    const head = { state, files: read.value };
    if (base) pairs.push(await judgePair(base, head, call));
    base = head;
  }
  if (pairs.length === 0) return err(nothingToCompare(states.length, skipped));
  const totals = { stopped: 0, warned: 0, passed: 0, not_judged: 0 };
  for (const { result } of pairs) totals[result] += 1;
  return ok({ policy: policy.version, pairs, totals, skipped, more });
}

interface ReadState {
  readonly state: PastState;
  readonly files: SideFiles;
}

/** The files of a state with what was read in them, if the gate can read them as a whole. */
async function readState(
  { at, read }: PastState,
  { parser, call }: { readonly parser: SqlParser; readonly call: BacktestCall },
): Promise<Result<SideFiles, string>> {
  const files = await read();
  if (!files.ok) return files;
  const { dialect } = call;
  const input = { parser, now: at, ...(dialect === undefined ? {} : { dialect }) };
  const state = await readCheckState(files.value, input);
  const problems = state.ok ? state.value.problems : (state.error.problems ?? []);
  const broken = problems.find(({ severity }) => severity === "error");
  if (broken) return err(`${broken.file ?? "a file"}: ${broken.message}`);
  return state.ok ? ok({ ...files.value, state: state.value }) : err(state.error.message);
}

async function judgePair(
  base: ReadState,
  head: ReadState,
  { policy, waivers, names, dialect, cache }: BacktestCall,
): Promise<BacktestPair> {
  const answer = await checkStored({
    base: base.files,
    head: head.files,
    now: head.state.at,
    policy,
    waivers,
    ...(names ? { names } : {}),
    ...(dialect === undefined ? {} : { dialect }),
    ...(cache ? { cache } : {}),
  });
  const moments = { base: momentOf(base.state), head: momentOf(head.state) };
  if (!answer.ok) {
    const why = answer.error.message;
    return { ...moments, result: "not_judged", why, changes: 0, counted: [], countedInAll: 0 };
  }
  return { ...moments, ...summarise(answer.value) };
}

const momentOf = ({ id, at }: PastState): Moment => ({ id, at });

function summarise(answer: CheckAnswer): Omit<BacktestPair, "base" | "head"> {
  const { outcome, why, changes, findings } = answer;
  const counted = findings.filter((finding) => finding.counts);
  return {
    result: RESULTS[outcome],
    outcome,
    why,
    changes: changes.length,
    counted: counted
      .slice(0, SHOWN_FINDINGS)
      .map(({ fingerprint, change, asset, verdict, certainty }) => ({
        fingerprint,
        change,
        asset,
        verdict,
        certainty,
      })),
    countedInAll: counted.length,
  };
}

const RESULTS: Readonly<Record<Outcome, BacktestResult>> = {
  blocked: "stopped",
  would_block: "warned",
  passed: "passed",
  incomplete: "not_judged",
  would_be_incomplete: "not_judged",
};

function nothingToCompare(found: number, skipped: BacktestAnswer["skipped"]): Failure {
  const [first] = skipped;
  const unread = first ? `; ${first.id}: ${first.why}` : "";
  return {
    code: "bad-usage",
    message: `a backtest compares two states at least, and of ${found} found fewer can be read${unread}`,
    next: "name the path of the artefacts in the repository, or look further back with --since",
  };
}
