import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import type { CheckCall as StoredCall } from "#lib/usecases/gate/check-stored.ts";
import type { CheckAnswer } from "#lib/usecases/gate/run-check.ts";
import { readVerifyTarget } from "#lib/usecases/verify/verify-target.ts";
import { callServer } from "../call-server.ts";
import { addServerOption, hasStore, serverUrlOf, withStore } from "../choose-store.ts";
import type { CliIo } from "../cli-io.ts";
import type { CommandHost } from "../command-host.ts";
import { EXIT, exitCodeOf } from "../exit-codes.ts";
import { placeInRepository } from "../place-in-repository.ts";
import type { CheckFormat } from "../render/check.ts";
import { reportFailure, reportProblems } from "../report-failure.ts";
import { addCheckOptions, type CheckCall, type CheckOptions, readCall } from "./check-options.ts";
import { addGateLogCommands, keepRun } from "./gate-log.ts";
import { readChosenNames } from "./ingest.ts";

/** `check`: what a pull request changes, and what that breaks. */
export function addCheckCommand({ program, io, endWith }: CommandHost): void {
  const check = addCheckOptions(addServerOption(program.command("check")))
    .description("the gate: what changed between two states, and what it breaks")
    .action(async (options: CheckOptions) => {
      endWith(await runCheckCommand(io, options));
    });
  addGateLogCommands({ check, io, endWith });
}

/** Checks, prints, and gives the exit code. */
export async function runCheckCommand(io: CliIo, options: CheckOptions): Promise<number> {
  const startedAt = performance.now();
  const call = await readCall(io, options);
  if (!call.ok) return reportFailure(io, call.error);
  const answer = await ask(io, call.value);
  if (!answer.ok) return endUnanswered(io, answer.error, call.value);
  const { renderCheck } = await import("../render/check.ts");
  const { format } = call.value;
  const shown = OF_FORGES.has(format)
    ? placeInRepository(answer.value, { io, ...call.value.options })
    : answer.value;
  io.out(renderCheck(shown, { format, version: versionOf() }));
  reportProblems(
    io,
    answer.value.problems.filter(({ severity }) => severity === "error"),
  );
  if (options.selectOut !== undefined) {
    const path = resolve(io.cwd, options.selectOut);
    await writeFile(path, `${answer.value.rebuild.join(" ")}\n`);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const keepDays = call.value.files.policy.runs.keep_days;
  await recordRun(io, { options, answer: answer.value, seconds, keepDays });
  return isProposed(options)
    ? endProposed(io, { call: call.value, answer: answer.value })
    : answer.value.exitCode;
}

const isProposed = ({ propose, proposeAs }: CheckOptions): boolean =>
  propose === true || proposeAs !== undefined;

/** Kept where others can see it. What cannot be kept is told, and stops nothing. */
async function recordRun(
  io: CliIo,
  run: {
    readonly options: CheckOptions;
    readonly answer: CheckAnswer;
    readonly seconds: number;
    readonly keepDays: number;
  },
): Promise<void> {
  const { options } = run;
  const isAsked = options.record === true || isProposed(options);
  if (options.record === false) return;
  const isKept = serverUrlOf(io, options) === undefined ? await hasStore(io, options) : isAsked;
  if (!isKept) return;
  const kept = await keepRun(io, run);
  if (!kept.ok) io.err(`This run was not kept: ${kept.error.message}\n`);
}

/** The review is told beside the answer, so that a file or a comment made of the answer stays what it is. */
async function endProposed(
  io: CliIo,
  { call, answer }: { readonly call: CheckCall; readonly answer: CheckAnswer },
): Promise<number> {
  const { options, files } = call;
  if (serverUrlOf(io, options) === undefined && !(await hasStore(io, options)))
    return reportFailure(io, {
      code: "bad-usage",
      message: "--propose needs a store or a server to keep the review in",
      next: "give --store or --server",
    });
  const { proposeFound } = await import("./propose-review.ts");
  const made = await proposeFound(io, { options, answer, policy: files.policy });
  if (!made.ok) {
    const code = reportFailure(io, made.error);
    return isLetPass(made.error, call) ? answer.exitCode : code;
  }
  if (made.value === undefined) {
    io.err("Nothing has changed: no review was made.\n");
    return answer.exitCode;
  }
  const { review, skipped, outcome } = made.value;
  const owners = review.asks.map(({ owner }) => owner ?? "what nobody owns").join(", ");
  const said = { made: "proposed", edited: "brought up to date", known: "says the same already" };
  io.err(`${review.id} ${said[outcome]}; to be asked: ${owners || "nobody"}.\n`);
  for (const why of skipped) io.err(`Left out of the review: ${why}\n`);
  return answer.exitCode;
}

/** What code forges show beside the lines of a change. */
const OF_FORGES: ReadonlySet<CheckFormat> = new Set([
  "markdown",
  "sarif",
  "junit",
  "github",
  "gitlab",
]);

const versionOf = (): string => process.env["FAULTLINE_VERSION"] ?? "0.0.0-source";

/** Where no service answers, the policy may let it pass with a warning. */
const isLetPass = (failure: Failure, { files }: CheckCall): boolean =>
  exitCodeOf(failure) === EXIT.unreachable && files.policy.unreachable === "warn";

async function endUnanswered(io: CliIo, failure: Failure, call: CheckCall): Promise<number> {
  const { format, options } = call;
  const code = reportFailure(io, failure);
  const isPassed = isLetPass(failure, call);
  const { renderUnchecked } = await import("../render/unchecked.ts");
  const unchecked = { failure, head: options.head, isPassed };
  io.out(renderUnchecked(unchecked, { format, version: versionOf() }));
  if (!isPassed) return code;
  io.err("Nothing was checked; the policy lets that pass.\n");
  return EXIT.ok;
}

async function ask(io: CliIo, call: CheckCall): Promise<Result<CheckAnswer, Failure>> {
  const { namesStore, readSide } = await import("#lib/usecases/gate/check-state.ts");
  const { base, head } = call.options;
  const names = await readChosenNames(io, { file: call.options.names, paths: [head] });
  if (!names.ok) return names;
  const { dialect, materialize, fullRefresh } = call.options;
  const onCall = (call.options.onCall ?? io.env["FAULTLINE_ON_CALL"])?.trim() || undefined;
  const verify =
    call.options.verify === undefined
      ? ok(undefined)
      : readVerifyTarget(call.options.verify, (path) => resolve(io.cwd, path));
  if (!verify.ok) return verify;
  const asked: Asked = {
    base: await readSide(base, io.cwd),
    head: await readSide(head, io.cwd),
    renames: call.renames,
    ...call.files,
    ...(names.value ? { names: names.value } : {}),
    ...(dialect === undefined ? {} : { dialect }),
    ...(materialize === undefined ? {} : { materialize: "table" as const }),
    ...(fullRefresh ? { fullRefresh } : {}),
    ...(verify.value === undefined ? {} : { verify: verify.value }),
    ...(onCall === undefined ? {} : { onCall }),
  };
  const server = serverUrlOf(io, call.options);
  if (server !== undefined && verify.value !== undefined)
    return usage("--verify runs statements, which a server does not do for anybody");
  if (server !== undefined) return askServer(io, { server, asked });
  const cache = cacheOf(io, call.options);
  const here = { ...asked, ...(cache ? { cache } : {}) };
  const isNeeded = namesStore(base) || namesStore(head);
  if (!isNeeded && !(await hasStore(io, call.options))) return checkStates(io, here, undefined);
  return withStore({ io, options: call.options, mustExist: true }, (store) =>
    checkStates(io, here, store),
  );
}

/** Where the program was not built, nobody can say which program an analysis is of. */
export function cacheOf(io: CliIo, { cache }: Pick<CheckOptions, "cache">): Asked["cache"] {
  const build = process.env["FAULTLINE_BUILD"];
  if (cache === false || build === undefined) return undefined;
  const said = typeof cache === "string" ? cache : io.env["FAULTLINE_CACHE"] || undefined;
  const tell = (text: string) => io.err(`${text}\n`);
  return { folder: resolve(io.cwd, said ?? ".faultline-cache"), build, tell };
}

type Asked = Omit<StoredCall, "now" | "store">;

/** Files are sent as they are, the policy and the waivers as they were read; rows are never sent. */
async function askServer(
  io: CliIo,
  { server, asked }: { readonly server: string; readonly asked: Asked },
): Promise<Result<CheckAnswer, Failure>> {
  const path = "/api/v1/check";
  const text = await callServer(io, { server, method: "POST", path, body: asked });
  return text.ok ? ok(JSON.parse(text.value) as CheckAnswer) : text;
}

async function checkStates(
  io: CliIo,
  asked: Asked,
  store: LineageStore | undefined,
): Promise<Result<CheckAnswer, Failure>> {
  const { checkStored } = await import("#lib/usecases/gate/check-stored.ts");
  return checkStored({ ...asked, now: io.now().toISOString(), ...(store ? { store } : {}) });
}

const usage = (message: string): Result<never, Failure> => err({ code: "bad-usage", message });
