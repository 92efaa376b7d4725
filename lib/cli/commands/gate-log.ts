import type { Command } from "commander";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { GatePage } from "#lib/review/gate-page.ts";
import { type GateMiss, type GateRun, isWrong, logFindings } from "#lib/review/gate-run.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import type { CheckAnswer } from "#lib/usecases/gate/run-check.ts";
import { callServer } from "../call-server.ts";
import { type ServerOptions, serverUrlOf, withStore } from "../choose-store.ts";
import type { CliIo } from "../cli-io.ts";
import { EXIT } from "../exit-codes.ts";
import { LOCAL_ACTOR } from "../local-actor.ts";
import { renderGateText } from "../render/gate.ts";
import { reportFailure } from "../report-failure.ts";
import { originOf } from "./propose-review.ts";

/** Keeps a run of `check` on the server or in the store. */
export async function keepRun(
  io: CliIo,
  {
    options,
    answer,
    seconds,
    keepDays,
  }: {
    readonly options: ServerOptions & { readonly proposeAs?: string };
    readonly answer: CheckAnswer;
    readonly seconds: number;
    /** How long runs are kept in a store; a server has its own policy. */
    readonly keepDays: number;
  },
): Promise<Result<unknown, Failure>> {
  const { key, link } = originOf(io.env, options.proposeAs);
  const run: GateRun = {
    at: io.now().toISOString(),
    actor: LOCAL_ACTOR.name,
    ...(key === undefined ? {} : { key }),
    ...(link === undefined ? {} : { link }),
    base: answer.base,
    head: answer.head,
    policy: answer.policy,
    outcome: answer.outcome,
    seconds: Math.round(seconds * 100) / 100,
    changes: answer.changes.length,
    ...(answer.onCall?.named === undefined ? {} : { onCall: answer.onCall.named }),
    ...logFindings(answer.findings),
  };
  const server = serverUrlOf(io, options);
  if (server !== undefined) {
    // Who it was and when is what the server knows.
    const { at: _at, actor: _actor, ...body } = run;
    return callServer(io, { server, method: "POST", path: "/api/v1/gate/runs", body });
  }
  const { recordGateRun } = await import("#lib/usecases/reviews/gate-runs.ts");
  return withStore({ io, options, mustExist: true }, (store) =>
    recordGateRun(store, { run, keepDays }),
  );
}

interface JudgeOptions extends ServerOptions {
  readonly because?: string;
}

interface MissesOptions extends ServerOptions {
  readonly days: string;
  readonly format: string;
}

/** `check wrong`, `check right`, `check log`: what people say of findings, and what came of the gate. */
export function addGateLogCommands({
  check,
  io,
  endWith,
}: {
  readonly check: Command;
  readonly io: CliIo;
  readonly endWith: (code: number) => void;
}): void {
  const judging = [
    ["wrong", "says that a finding of the gate is wrong; it goes on the list of misses"],
    ["right", "takes back that a finding is wrong"],
  ] as const;
  for (const [says, description] of judging) {
    check
      .command(`${says} <fingerprint>`)
      .description(description)
      .option("--because <reason>", "required: what the gate did not see")
      .action(async (fingerprint: string, _: unknown, command: Command) => {
        const options = command.optsWithGlobals<JudgeOptions>();
        endWith(await endJudged(io, { says, fingerprint, options }));
      });
  }
  check
    .command("log")
    .description("what the gate stopped or would have, how much of it was judged wrong, its time")
    .option("--days <days>", "how far back runs are counted", "90")
    .option("--as <format>", "text, json, or csv (the findings that were judged)", "text")
    .action(async (own: { readonly days: string; readonly as: string }, command: Command) => {
      const options = { ...command.optsWithGlobals<ServerOptions>(), ...own, format: own.as };
      endWith(await endLog(io, options));
    });
}

async function endJudged(
  io: CliIo,
  asked: {
    readonly says: "wrong" | "right";
    readonly fingerprint: string;
    readonly options: JudgeOptions;
  },
): Promise<number> {
  const miss = await judge(io, asked);
  if (!miss.ok) return reportFailure(io, miss.error);
  const { finding, fingerprint } = miss.value;
  const count = isWrong(miss.value) ? "counts as wrong" : "does not count as wrong any more";
  io.out(`${finding.name} (${fingerprint}) ${count}.\n`);
  return EXIT.ok;
}

async function judge(
  io: CliIo,
  {
    says,
    fingerprint,
    options,
  }: {
    readonly says: "wrong" | "right";
    readonly fingerprint: string;
    readonly options: JudgeOptions;
  },
): Promise<Result<GateMiss, Failure>> {
  const because = options.because?.trim() ?? "";
  if (because === "")
    return err({
      code: "bad-usage",
      message: "a finding is judged with a reason",
      next: `faultline check ${says} ${fingerprint} --because "…"`,
    });
  const server = serverUrlOf(io, options);
  if (server !== undefined) {
    const body = { fingerprint, says, because };
    const path = "/api/v1/gate/misses";
    const text = await callServer(io, { server, method: "POST", path, body });
    return text.ok ? ok(JSON.parse(text.value) as GateMiss) : text;
  }
  const { judgeFinding } = await import("#lib/usecases/reviews/gate-runs.ts");
  const at = io.now().toISOString();
  return withStore({ io, options, mustExist: true }, (store) =>
    judgeFinding(store, { fingerprint, says, because, actor: LOCAL_ACTOR.name, at }),
  );
}

async function endLog(io: CliIo, options: MissesOptions): Promise<number> {
  const { readGateDays, renderMissesCsv } = await import("#lib/usecases/reviews/show-gate.ts");
  const render = {
    text: renderGateText,
    json: (page: GatePage) => `${JSON.stringify(page, null, 2)}\n`,
    csv: missesOf(renderMissesCsv),
  };
  if (!isLogFormat(options.format))
    return reportFailure(io, {
      code: "bad-usage",
      message: `--as ${options.format} is not text, json or csv`,
    });
  const days = readGateDays(options.days);
  if (!days.ok) return reportFailure(io, days.error);
  const page = await readGate(io, { options, days: days.value });
  if (!page.ok) return reportFailure(io, page.error);
  io.out(render[options.format](page.value));
  return EXIT.ok;
}

const missesOf =
  (render: (misses: GatePage["misses"]) => string) =>
  ({ misses }: GatePage): string =>
    render(misses);

const isLogFormat = (text: string): text is "text" | "json" | "csv" =>
  text === "text" || text === "json" || text === "csv";

async function readGate(
  io: CliIo,
  { options, days }: { readonly options: ServerOptions; readonly days: number },
): Promise<Result<GatePage, Failure>> {
  const server = serverUrlOf(io, options);
  if (server !== undefined) {
    const query = new URLSearchParams({ days: String(days) });
    const text = await callServer(io, { server, method: "GET", path: "/api/v1/gate", query });
    return text.ok ? ok(JSON.parse(text.value) as GatePage) : text;
  }
  const { showGate } = await import("#lib/usecases/reviews/show-gate.ts");
  return withStore({ io, options, mustExist: true }, (store) =>
    showGate(store, { now: io.now().toISOString(), days }),
  );
}
