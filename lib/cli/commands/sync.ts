import { err, ok, type Result } from "#lib/kit/result.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import type { IngestReport } from "#lib/usecases/sources/ingest-report.ts";
import type { SentSync } from "#lib/usecases/sync/send-sync.ts";
import type { NamedOutcome } from "#lib/usecases/sync/sync-configured.ts";
import type { Standing } from "#lib/usecases/sync/sync-status.ts";
import type { TakenSync } from "#lib/usecases/sync/take-sync.ts";
import { callServer } from "../call-server.ts";
import { type ChosenConfig, chooseConfig } from "../choose-config.ts";
import { addServerOption, type ServerOptions, serverUrlOf, withStore } from "../choose-store.ts";
import type { CliIo } from "../cli-io.ts";
import type { CommandHost } from "../command-host.ts";
import { EXIT, exitCodeOf } from "../exit-codes.ts";
import { reportFailure } from "../report-failure.ts";
import { sayWait } from "../say-wait.ts";

interface SyncOptions extends ServerOptions {
  readonly config?: string;
  readonly status?: boolean;
  readonly format: string;
}

/** `sync`: reads the sources of faultline.yaml now, or says how they stand. */
export function addSyncCommand({ program, io, endWith }: CommandHost): void {
  addServerOption(program.command("sync"))
    .description("read the sources of faultline.yaml now, each alone and with retries")
    .argument("[name...]", "sources by name or place (default: all)")
    .option("--config <file>", "default: the nearest faultline.yaml")
    .addHelpText(
      "after",
      "\nWith --server the sources are read here and what they say is sent there.",
    )
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

async function listStatuses(
  io: CliIo,
  options: SyncOptions,
): Promise<Result<readonly ShownStatus[], Failure>> {
  const server = serverUrlOf(io, options);
  if (server !== undefined) {
    const answer = await callServer(io, { server, method: "GET", path: "/api/v1/sources" });
    return answer.ok
      ? ok((JSON.parse(answer.value) as { readonly syncs: readonly ShownStatus[] }).syncs)
      : answer;
  }
  const chosen = await chooseConfig(io, { file: options.config });
  if (!chosen.ok) return chosen;
  const { listStandings } = await import("#lib/usecases/sync/sync-status.ts");
  return withStore({ io, options, mustExist: true }, (store) => listStandings(store, chosen.value));
}

/** What a server tells of a status, too. */
type ShownStatus = Pick<
  Standing,
  "name" | "state" | "startedAt" | "lastOkAt" | "schedule" | "error" | "failures"
>;

async function showStatus(io: CliIo, options: SyncOptions): Promise<number> {
  const listed = await listStatuses(io, options);
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
}: ShownStatus): string {
  const never = state === "waiting" ? "not yet read" : "never read";
  const when = lastOkAt === undefined ? never : `last read ${lastOkAt}`;
  const plan = schedule === undefined ? "" : `, ${schedule}`;
  const failed =
    state === "failed" ? `; failed ${failures} times, last at ${startedAt}: ${error}` : "";
  return `${state.padEnd(8)}${name}: ${when}${plan}${failed}\n`;
}

async function syncNow(io: CliIo, names: readonly string[], options: SyncOptions): Promise<number> {
  const chosen = await readChosen(io, options);
  if (!chosen.ok) return reportFailure(io, chosen.error);
  const server = serverUrlOf(io, options);
  if (server !== undefined) return sendNow({ io, names, options, chosen: chosen.value, server });
  const done = await withStore({ io, options }, async (store) => {
    const { loadSqlParser } = await import("#lib/usecases/sources/load-sql-parser.ts");
    const { retireRemoved } = await import("#lib/usecases/sync/retire-removed.ts");
    const { nameOfSource } = await import("#lib/usecases/sync/configured-source.ts");
    const { syncConfigured } = await import("#lib/usecases/sync/sync-configured.ts");
    const { config, root } = chosen.value;
    const parser = await loadSqlParser();
    const build = process.env["FAULTLINE_BUILD"];
    const outcomes = await syncConfigured({
      config,
      root,
      store,
      parser,
      ...(build === undefined ? {} : { build }),
      names,
      env: io.env,
      now: io.now,
      sleep,
      random: Math.random,
      onWait: (wait) => sayWait(io, wait),
      onDone: (one) => {
        if (options.format === "text") sayOutcome(io, one);
      },
    });
    if (!outcomes.ok) return outcomes;
    const retired = await retireRemoved({
      store,
      configured: new Set(config.sources.map(nameOfSource)),
      root,
      parser,
      now: io.now().toISOString(),
    });
    if (!retired.ok) return retired;
    for (const name of retired.value) sayRetired(io, name);
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
  else sayReport(io, name, outcome.report);
}

const sleep = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));

function sayRetired(io: CliIo, name: string): void {
  io.err(`${name} is no longer configured: what it said is stale from now on.\n`);
}

interface SendCall {
  readonly io: CliIo;
  readonly names: readonly string[];
  readonly options: SyncOptions;
  readonly chosen: ChosenConfig;
  readonly server: string;
}

/** Reads here, where secrets and networks are, and has a server take it over. */
async function sendNow({ io, names, options, chosen, server }: SendCall): Promise<number> {
  const { sendSync } = await import("#lib/usecases/sync/send-sync.ts");
  const isText = options.format === "text";
  const done = await sendSync({
    ...chosen,
    names,
    env: io.env,
    now: io.now,
    sleep,
    random: Math.random,
    onWait: (wait) => sayWait(io, wait),
    send: async (body) => {
      const answer = await callServer(io, { server, method: "POST", path: "/api/v1/syncs", body });
      return answer.ok ? ok(JSON.parse(answer.value) as TakenSync) : answer;
    },
    onDone: (one) => {
      if (isText) saySent(io, one);
    },
  });
  if (!done.ok) return reportFailure(io, done.error);
  if (!isText) {
    const syncs = done.value.map(({ name, outcome }) =>
      outcome.ok ? outcome.value.status : { name, state: "failed", error: outcome.error.message },
    );
    io.out(`${JSON.stringify({ syncs }, null, 2)}\n`);
  }
  const failed = done.value.flatMap(({ outcome }) => (outcome.ok ? [] : [outcome.error]))[0];
  return failed === undefined ? EXIT.ok : exitCodeOf(failed);
}

function saySent(io: CliIo, { name, outcome }: SentSync): void {
  if (!outcome.ok) {
    reportFailure(io, { ...outcome.error, message: `${name}: ${outcome.error.message}` });
    return;
  }
  const { report, retired } = outcome.value;
  if (report !== undefined) sayReport(io, name, report);
  for (const one of retired) sayRetired(io, one);
}

function sayReport(io: CliIo, name: string, report: IngestReport): void {
  const { assets, written, madeStale, problems, version } = report;
  const news = written === 0 ? "nothing new" : `${written} written`;
  const stale = madeStale === 0 ? "" : `, ${madeStale} no longer said`;
  const trouble = problems.filter(({ severity }) => severity === "error").length;
  io.out(
    `${name}: ${assets} assets; ${news}${stale}${trouble === 0 ? "" : `; ${trouble} problems`}. Version ${version}.\n`,
  );
}

/** The first failure decides; what somebody else reads is not ours to wait for. */
function exitOf(outcomes: readonly NamedOutcome[]): number {
  for (const { outcome } of outcomes)
    if (outcome.kind === "failed") return exitCodeOf(outcome.failure);
  return EXIT.ok;
}
