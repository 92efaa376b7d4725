import { resolve } from "node:path";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import type {
  ObservedRef,
  TriageAnswer,
  TriageRequest,
} from "#lib/usecases/incidents/triage-incident.ts";
import { readTextFile } from "#lib/usecases/sources/read-text-file.ts";
import { callServer } from "../call-server.ts";
import type { ServerOptions } from "../choose-store.ts";
import { addServerOption, serverUrlOf, withStore } from "../choose-store.ts";
import type { CliIo } from "../cli-io.ts";
import type { CommandHost } from "../command-host.ts";
import { EXIT } from "../exit-codes.ts";
import type { TriageFormat } from "../render/triage.ts";
import { TRIAGE_FORMATS } from "../render/triage.ts";
import { reportFailure, reportProblems } from "../report-failure.ts";
import { readChosenNames } from "./ingest.ts";

interface TriageOptions extends ServerOptions {
  readonly healthy?: readonly string[];
  readonly changes?: string;
  readonly from?: readonly string[];
  readonly names?: string;
  readonly at?: string;
  readonly format: TriageFormat;
}

/** `triage`: who may have caused what is broken. */
export function addTriageCommand({ program, io, endWith }: CommandHost): void {
  addServerOption(program.command("triage"))
    .description("ranked suspects for what is broken")
    .argument("<ref...>", "what is broken: dashboards, tables, columns, or their addresses")
    .option("--healthy <ref...>", "what was looked at and is right")
    .option(
      "--changes <file>",
      "what happened lately, a changes file with `at` for each; - reads stdin",
    )
    .option("--at <time>", "when it was noticed: the graph and its changes up to then")
    .option("--from <path...>", "the graph of these files, without any store")
    .option("--names <file>", "how names meet over borders, for --from")
    .option("--format <format>", TRIAGE_FORMATS.join(", "), "text")
    .action(async (refs: readonly string[], options: TriageOptions) => {
      endWith(await runTriage(io, refs, options));
    });
}

async function runTriage(
  io: CliIo,
  refs: readonly string[],
  options: TriageOptions,
): Promise<number> {
  const answer = await ask(io, refs, options);
  if (!answer.ok) return reportFailure(io, answer.error);
  for (const error of answer.value.errors ?? []) reportFailure(io, error);
  const { renderTriage } = await import("../render/triage.ts");
  io.out(renderTriage(answer.value, options.format));
  return EXIT.ok;
}

async function ask(
  io: CliIo,
  refs: readonly string[],
  options: TriageOptions,
): Promise<Result<TriageAnswer, Failure>> {
  if (!TRIAGE_FORMATS.includes(options.format))
    return usage(`--format ${options.format} is not one of ${TRIAGE_FORMATS.join(", ")}`);
  const { readAsOf } = await import("#lib/usecases/graph/load-graph-view.ts");
  const moment = options.at === undefined ? ok(undefined) : readAsOf(options.at);
  if (!moment.ok) return moment;
  const isTime = moment.value !== undefined && "time" in moment.value;
  const now = isTime ? moment.value.time : io.now().toISOString();
  const request: TriageRequest = {
    symptoms: refs.map(observed),
    healthy: (options.healthy ?? []).map(observed),
    now,
  };
  const log = await readLog(io, options.changes);
  if (!log.ok) return log;
  if (options.from) return askFiles({ io, options, request, log: log.value });
  const server = serverUrlOf(io, options);
  if (server !== undefined) {
    const body = {
      ...request,
      ...(options.at === undefined ? {} : { at: options.at }),
      ...(log.value === undefined ? {} : { changes: log.value.value }),
    };
    const text = await callServer(io, { server, method: "POST", path: "/api/v1/triage", body });
    return text.ok ? ok(JSON.parse(text.value) as TriageAnswer) : text;
  }
  return withStore({ io, options, mustExist: true }, async (store) => {
    const { triageStore } = await import("#lib/usecases/incidents/triage-store.ts");
    return triageStore(store, { request, at: options.at, log: log.value });
  });
}

const observed = (ref: string): ObservedRef => ({ ref });

async function readLog(
  io: CliIo,
  file: string | undefined,
): Promise<Result<{ readonly value: unknown; readonly where: string } | undefined, Failure>> {
  if (file === undefined) return ok(undefined);
  const text =
    file === "-" ? ok(await io.readStdin()) : await readTextFile(resolve(io.cwd, file), file);
  if (!text.ok) return text;
  try {
    return ok({ value: JSON.parse(text.value), where: file });
  } catch (error) {
    return err({
      code: "wrong-shape",
      message: `${file} is not JSON: ${(error as Error).message}`,
    });
  }
}

async function askFiles({
  io,
  options,
  request,
  log,
}: {
  readonly io: CliIo;
  readonly options: TriageOptions;
  readonly request: TriageRequest;
  readonly log: { readonly value: unknown; readonly where: string } | undefined;
}): Promise<Result<TriageAnswer, Failure>> {
  const paths = options.from ?? [];
  const names = await readChosenNames(io, { file: options.names, paths });
  if (!names.ok) return names;
  const { triageFiles } = await import("#lib/usecases/incidents/triage-files.ts");
  const answered = await triageFiles({
    paths: paths.map((path) => resolve(io.cwd, path)),
    cwd: io.cwd,
    request,
    ...(names.value ? { names: names.value } : {}),
    ...(log === undefined ? {} : { log }),
  });
  if (!answered.ok) return answered;
  reportProblems(
    io,
    answered.value.problems.filter((problem) => problem.severity !== "info"),
  );
  return ok(answered.value.answer);
}

const usage = (message: string): Result<never, Failure> => err({ code: "bad-usage", message });
