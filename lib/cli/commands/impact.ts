import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { ImpactAnswer, ImpactRequest } from "#lib/usecases/ask/answer-impact.ts";
import type { AskedChange, RequestedChange } from "#lib/usecases/ask/read-changes.ts";
import { checkKind, isWellFormed, readChangesText } from "#lib/usecases/ask/read-changes.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { placeFrom } from "#lib/usecases/live-sources/live-address.ts";
import { readTextFile } from "#lib/usecases/sources/read-text-file.ts";
import { isVerifyTarget, readVerifyTarget } from "#lib/usecases/verify/verify-target.ts";
import { callServer } from "../call-server.ts";
import type { ServerOptions } from "../choose-store.ts";
import { addServerOption, serverUrlOf, withStore } from "../choose-store.ts";
import type { CliIo } from "../cli-io.ts";
import type { CommandHost } from "../command-host.ts";
import { EXIT } from "../exit-codes.ts";
import type { ImpactFormat } from "../render/impact.ts";
import { IMPACT_FORMATS } from "../render/impact.ts";
import { reportFailure, reportProblems } from "../report-failure.ts";
import { readChosenNames } from "./ingest.ts";

export interface ImpactOptions extends ServerOptions {
  readonly change?: readonly string[];
  readonly changes?: string;
  readonly from?: readonly string[];
  readonly names?: string;
  readonly each?: boolean;
  readonly materialize?: string;
  readonly verify?: string | true;
  readonly at?: string;
  readonly explain?: string;
  readonly format: ImpactFormat;
  readonly toType?: string;
  readonly fromType?: string;
  readonly to?: string;
  readonly value?: string;
  readonly nullShare?: string;
  readonly share?: string;
}

/** `impact`: what breaks, how, and why. */
export function addImpactCommand({ program, io, endWith }: CommandHost): void {
  addQuestion(addServerOption(program.command("impact")))
    .description("what breaks when this changes")
    .option("--format <format>", IMPACT_FORMATS.join(", "), "text")
    .action(async (ref: string | undefined, options: ImpactOptions) => {
      endWith(await runImpact({ io, ref, options }));
    });
}

/** REF and the options that say what is asked; `export --kind impact` takes the same. */
export const addQuestion = (command: Command): Command =>
  command
    .argument("[ref]", "an asset or a column: orders.amount, checkout.orders")
    .option("--change <kind...>", "what happens to it: drop_column, rename_column, type_changed …")
    .option("--changes <file>", 'changes from a file, {"changes": [...]}; - reads stdin')
    .option("--each", "judge the changes one by one instead of together")
    .option("--from <path...>", "assess the graph of these files, without any store")
    .option("--names <file>", "how names meet over borders, for --from")
    .option("--at <time|version>", "the graph as it was")
    .option("--materialize <as>", "table: judge as if every model were a table")
    .option(
      "--verify [where]",
      "have an engine try the statements before and after: DuckDB, samples=FOLDER, postgres://…",
    )
    .option(
      "--explain <ref>",
      "why this asset is judged so: every step that leads to it, or ends on the way",
    )
    .option("--to <name>", "new name, of rename_column or of an enum's value")
    .option("--from-type <type>", "for type_changed")
    .option("--to-type <type>", "for type_changed")
    .option("--value <value>", "the enum value that is added, removed or renamed")
    .option("--null-share <share>", "0 to 1, for became_mostly_null")
    .option("--share <share>", "0 to 1: rows lost or doubled");

/**
 * `--from` and `--change` take several values, so in `--change drop_column orders.amount` they also take the REF that was
 * meant: it is given back where the last value is no kind, or no path that exists.
 */
function giveBackReference(
  io: CliIo,
  { ref, options }: { readonly ref: string | undefined; readonly options: ImpactOptions },
): { readonly ref: string | undefined; readonly options: ImpactOptions } {
  if (ref !== undefined) return { ref, options };
  const kind = options.change?.at(-1);
  if (kind !== undefined && (options.change?.length ?? 0) > 1 && !checkKind(kind).ok) {
    return { ref: kind, options: { ...options, change: options.change?.slice(0, -1) ?? [] } };
  }
  const { verify } = options;
  if (typeof verify === "string" && !isVerifyTarget(verify))
    return { ref: verify, options: { ...options, verify: true } };
  const path = options.from?.at(-1);
  if (path !== undefined && (options.from?.length ?? 0) > 1 && !existsSync(resolve(io.cwd, path))) {
    return { ref: path, options: { ...options, from: options.from?.slice(0, -1) ?? [] } };
  }
  return { ref, options };
}

/** Asks, prints, and gives the exit code. */
export async function runImpact({
  io,
  ...asked
}: {
  readonly io: CliIo;
  readonly ref: string | undefined;
  readonly options: ImpactOptions;
}): Promise<number> {
  const { ref, options } = giveBackReference(io, asked);
  const request = await readRequest({ io, ref, options });
  if (!request.ok) return reportFailure(io, request.error);
  const answer = await askImpact({ io, options, request: request.value });
  if (!answer.ok) return reportFailure(io, answer.error);
  const { renderImpact } = await import("../render/impact.ts");
  const text = renderImpact(answer.value, options);
  if (!text.ok) return reportFailure(io, text.error);
  for (const piece of text.value) io.out(piece);
  return endOf(io, answer.value);
}

/** Changes that are malformed or name nothing known are reported; when none is left, that is bad input. */
async function endOf(io: CliIo, answer: ImpactAnswer): Promise<number> {
  const { changeErrorsOf } = await import("#lib/usecases/ask/answer-impact.ts");
  const { errors, answered } = changeErrorsOf(answer);
  for (const { error } of errors) reportFailure(io, error);
  return answered === 0 && errors.length > 0 ? EXIT.usage : EXIT.ok;
}

async function askImpact({
  io,
  options,
  request,
}: {
  readonly io: CliIo;
  readonly options: ImpactOptions;
  readonly request: ImpactRequest;
}): Promise<Result<ImpactAnswer, Failure>> {
  if (options.from) return askFiles({ io, options, request });
  const server = serverUrlOf(io, options);
  if (server !== undefined && options.verify)
    return err({
      code: "bad-usage",
      message: "--verify runs statements, which a server does not do for anybody",
      next: "ask a store or files: --store, or --from PATH",
    });
  if (server !== undefined) {
    const at = options.at === undefined ? {} : { at: options.at };
    const changes = request.changes.map((change) =>
      isWellFormed(change) ? change : change.written,
    );
    const body = { ...request, changes, ...at };
    const text = await callServer(io, { server, method: "POST", path: "/api/v1/impact", body });
    return text.ok ? ok(JSON.parse(text.value) as ImpactAnswer) : text;
  }
  const weights = await weightsHere(io);
  if (!weights.ok) return weights;
  return withStore({ io, options, mustExist: true }, async (store) => {
    const { failEmpty } = await import("#lib/usecases/graph/fail-empty.ts");
    const { loadGraphView } = await import("#lib/usecases/graph/load-graph-view.ts");
    const { answerVerified } = await import("#lib/usecases/verify/answer-verified.ts");
    const view = await loadGraphView(store, options.at);
    if (!view.ok) return view;
    if (view.value.graph.assets.size === 0) return failEmpty(store, options.at);
    const answer = await answerVerified(view.value, {
      ...request,
      ...weights.value,
      now: io.now().toISOString(),
    });
    if (!answer.ok) return answer;
    const { answerWithTwins } = await import("#lib/usecases/identity/answer-with-twins.ts");
    return ok(await answerWithTwins(answer.value, { graph: view.value.graph, store }));
  });
}

/** As the policy of this folder says; a server has one of its own. */
async function weightsHere(io: CliIo): Promise<Result<Pick<ImpactRequest, "weights">, Failure>> {
  const { readWeights } = await import("#lib/usecases/gate/read-gate-files.ts");
  const weights = await readWeights(io.cwd);
  if (!weights.ok) return weights;
  return ok(weights.value === undefined ? {} : { weights: weights.value });
}

async function askFiles({
  io,
  options,
  request,
}: {
  readonly io: CliIo;
  readonly options: ImpactOptions;
  readonly request: ImpactRequest;
}): Promise<Result<ImpactAnswer, Failure>> {
  const names = await readChosenNames(io, { file: options.names, paths: options.from ?? [] });
  if (!names.ok) return names;
  const weights = await weightsHere(io);
  if (!weights.ok) return weights;
  const { answerFromFiles } = await import("#lib/usecases/ask/answer-from-files.ts");
  const answered = await answerFromFiles({
    paths: (options.from ?? []).map((path) => placeFrom(io.cwd, path)),
    cwd: io.cwd,
    ...(names.value ? { names: names.value } : {}),
    request: { ...request, ...weights.value, now: io.now().toISOString() },
  });
  if (!answered.ok) return answered;
  reportProblems(
    io,
    answered.value.problems.filter((problem) => problem.severity !== "info"),
  );
  return ok(answered.value.answer);
}

async function readRequest({
  io,
  ref,
  options,
}: {
  readonly io: CliIo;
  readonly ref: string | undefined;
  readonly options: ImpactOptions;
}): Promise<Result<ImpactRequest, Failure>> {
  if (!IMPACT_FORMATS.includes(options.format)) {
    return usage(`--format ${options.format} is not one of ${IMPACT_FORMATS.join(", ")}`);
  }
  if (options.from && options.at !== undefined) {
    return usage("--at does not go with --from: files have no history; ask a store with --store");
  }
  if (options.materialize !== undefined && options.materialize !== "table") {
    return usage(`--materialize ${options.materialize}: only "table" is known`);
  }
  const verify =
    options.verify === undefined
      ? ok(undefined)
      : readVerifyTarget(options.verify, (path) => resolve(io.cwd, path));
  if (!verify.ok) return verify;
  const changes = await readRequestedChanges({ io, ref, options });
  if (!changes.ok) return changes;
  return ok({
    changes: changes.value,
    ...(options.each ? { each: true } : {}),
    ...(options.materialize === "table" ? { materialize: "table" as const } : {}),
    ...(verify.value === undefined ? {} : { verify: verify.value }),
    ...(options.explain === undefined ? {} : { explain: options.explain }),
  });
}

async function readRequestedChanges({
  io,
  ref,
  options,
}: {
  readonly io: CliIo;
  readonly ref: string | undefined;
  readonly options: ImpactOptions;
}): Promise<Result<readonly AskedChange[], Failure>> {
  const typed = ref === undefined ? ok([]) : changesOf({ io, ref, options });
  if (!typed.ok) return typed;
  if (options.changes === undefined) {
    const isEmpty = typed.value.length === 0 && !options.from;
    return isEmpty ? err(NOTHING_ASKED) : ok(typed.value);
  }
  const text =
    options.changes === "-"
      ? ok(await io.readStdin())
      : await readTextFile(resolve(io.cwd, options.changes), options.changes);
  if (!text.ok) return text;
  const filed = readChangesText(text.value, options.changes);
  return filed.ok ? ok([...typed.value, ...filed.value]) : filed;
}

/** One change for each `--change`. Without one, what is gone is asked for: the question that people have first. */
function changesOf({
  io,
  ref,
  options,
}: {
  readonly io: CliIo;
  readonly ref: string;
  readonly options: ImpactOptions;
}): Result<readonly RequestedChange[], Failure> {
  const details = readDetails(options);
  if (!details.ok) return details;
  if (!options.change) {
    io.err("No --change given: judged as removed.\n");
    return ok([{ ref, ...details.value }]);
  }
  const changes: RequestedChange[] = [];
  for (const text of options.change) {
    const kind = checkKind(text);
    if (!kind.ok) return kind;
    changes.push({ kind: kind.value, ref, ...details.value });
  }
  return ok(changes);
}

function readDetails(options: ImpactOptions): Result<Partial<RequestedChange>, Failure> {
  const details: Record<string, unknown> = {};
  for (const name of ["to", "fromType", "toType", "value"] as const) {
    if (options[name] !== undefined) details[name] = options[name];
  }
  for (const name of ["nullShare", "share"] as const) {
    const text = options[name];
    if (text === undefined) continue;
    const share = text.endsWith("%") ? Number(text.slice(0, -1)) / 100 : Number(text);
    if (!(share >= 0 && share <= 1))
      return usage(`"${text}" is not a share: give 0 to 1, or a percentage`);
    details[name] = share;
  }
  return ok(details);
}

const NOTHING_ASKED: Failure = {
  code: "bad-usage",
  message: "nothing to judge: no change is named",
  next: "name a column, as in `faultline impact orders.amount` (what breaks when it is dropped), or give --changes FILE",
};

const usage = (message: string): Result<never, Failure> => err({ code: "bad-usage", message });
