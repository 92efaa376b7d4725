import { err, ok, type Result } from "#lib/kit/result.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import type { NamedOutcome } from "#lib/usecases/sync/sync-configured.ts";
import type { SyncStatus } from "#lib/usecases/sync/sync-status.ts";
import { type ChosenConfig, chooseConfig } from "../choose-config.ts";
import { addStoreOption, type StoreOptions, withStore } from "../choose-store.ts";
import type { CliIo } from "../cli-io.ts";
import type { CommandHost } from "../command-host.ts";
import { EXIT, exitCodeOf } from "../exit-codes.ts";
import { reportFailure } from "../report-failure.ts";

interface SyncOptions extends StoreOptions {
  readonly config?: string;
  readonly status?: boolean;
  readonly format: string;
}

/** `sync`: reads the sources of faultline.yaml now, or says how they stand. */
export function addSyncCommand({ program, io, endWith }: CommandHost): void {
  addStoreOption(program.command("sync"))
    .description("read the sources of faultline.yaml now, each alone and with retries")
    .argument("[name...]", "sources by name or place (default: all)")
    .option("--config <file>", "default: the nearest faultline.yaml")
    .option("--status", "how they stand, without reading anything")
    .option("--format <format>", "text or json", "text")
    .action(async (names: readonly string[], options: SyncOptions) => {
      if (options.format !== "text" && options.format !== "json")
        return endWith(
          reportFailure(io, {
            code: "bad-usage",
            message: `--format ${options.format}: text and json are known here`,
          }),
        );
      endWith(options.status ? await showStatus(io, options) : await syncNow(io, names, options));
    });
}

async function readChosen(
  io: CliIo,
  { config }: SyncOptions,
): Promise<Result<ChosenConfig, Failure>> {
  const chosen = await chooseConfig(io, { file: config });
  if (!chosen.ok) return chosen;
  return chosen.value === undefined
    ? err({
        code: "bad-usage",
        message: "there is no faultline.yaml here",
        next: "write one with `faultline init`, or name one with --config",
      })
    : ok(chosen.value);
}

async function showStatus(io: CliIo, options: SyncOptions): Promise<number> {
  const { listSyncStatuses } = await import("#lib/usecases/sync/sync-status.ts");
  const listed = await withStore({ io, options, mustExist: true }, listSyncStatuses);
  if (!listed.ok) return reportFailure(io, listed.error);
  if (options.format === "json") io.out(`${JSON.stringify({ syncs: listed.value }, null, 2)}\n`);
  else
    io.out(
      listed.value.length === 0
        ? "Nothing was read by a schedule or by `faultline sync` yet.\n"
        : listed.value.map(sayStatus).join(""),
    );
  return EXIT.ok;
}

function sayStatus({
  name,
  state,
  startedAt,
  lastOkAt,
  schedule,
  error,
  failures,
}: SyncStatus): string {
  const when = lastOkAt === undefined ? "never read" : `last read ${lastOkAt}`;
  const plan = schedule === undefined ? "" : `, ${schedule}`;
  const failed =
    state === "failed" ? `; failed ${failures} times, last at ${startedAt}: ${error}` : "";
  return `${state.padEnd(8)}${name}: ${when}${plan}${failed}\n`;
}

async function syncNow(io: CliIo, names: readonly string[], options: SyncOptions): Promise<number> {
  const chosen = await readChosen(io, options);
  if (!chosen.ok) return reportFailure(io, chosen.error);
  const done = await withStore({ io, options }, async (store) => {
    const { loadSqlParser } = await import("#lib/usecases/sources/load-sql-parser.ts");
    const { retireRemoved } = await import("#lib/usecases/sync/retire-removed.ts");
    const { syncConfigured } = await import("#lib/usecases/sync/sync-configured.ts");
    const { config, root } = chosen.value;
    const parser = await loadSqlParser();
    const outcomes = await syncConfigured({
      config,
      root,
      store,
      parser,
      names,
      env: io.env,
      now: io.now,
      sleep: (ms) => new Promise((wake) => setTimeout(wake, ms)),
      random: Math.random,
      onDone: (one) => {
        if (options.format === "text") sayOutcome(io, one);
      },
    });
    if (!outcomes.ok) return outcomes;
    const retired = await retireRemoved({
      store,
      config,
      root,
      parser,
      now: io.now().toISOString(),
    });
    if (!retired.ok) return retired;
    for (const name of retired.value)
      io.err(`${name} is no longer configured: what it said is stale from now on.\n`);
    return outcomes;
  });
  if (!done.ok) return reportFailure(io, done.error);
  if (options.format === "json") {
    const syncs = done.value.map(({ name, outcome }) =>
      outcome.kind === "busy" ? { name, state: "busy" } : outcome.status,
    );
    io.out(`${JSON.stringify({ syncs }, null, 2)}\n`);
  }
  return exitOf(done.value);
}

function sayOutcome(io: CliIo, { name, outcome }: NamedOutcome): void {
  if (outcome.kind === "busy") io.err(`${name}: another process reads it at this moment\n`);
  else if (outcome.kind === "failed")
    reportFailure(io, { ...outcome.failure, message: `${name}: ${outcome.failure.message}` });
  else {
    const { assets, written, madeStale, problems, version } = outcome.report;
    const news = written === 0 ? "nothing new" : `${written} written`;
    const stale = madeStale === 0 ? "" : `, ${madeStale} no longer said`;
    const trouble = problems.filter(({ severity }) => severity === "error").length;
    io.out(
      `${name}: ${assets} assets; ${news}${stale}${trouble === 0 ? "" : `; ${trouble} problems`}. Version ${version}.\n`,
    );
  }
}

/** The first failure decides; what somebody else reads is not ours to wait for. */
function exitOf(outcomes: readonly NamedOutcome[]): number {
  for (const { outcome } of outcomes)
    if (outcome.kind === "failed") return exitCodeOf(outcome.failure);
  return EXIT.ok;
}
