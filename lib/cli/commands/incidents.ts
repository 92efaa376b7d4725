import { resolve } from "node:path";
import type { Replayed } from "#lib/incidents/past/replay.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import type { ImportedPast } from "#lib/usecases/incidents/keep-past.ts";
import { readTextFile } from "#lib/usecases/sources/read-text-file.ts";
import { addStoreOption, type StoreOptions, withStore } from "../choose-store.ts";
import type { CliIo } from "../cli-io.ts";
import type { CommandHost } from "../command-host.ts";
import { EXIT } from "../exit-codes.ts";
import { reportFailure } from "../report-failure.ts";

const FORMATS = ["text", "json"] as const;

interface ReplayOptions extends StoreOptions {
  readonly policy?: string;
  readonly format: string;
}

/** `incidents import` and `incidents replay`: how it was before, and what the gate would have made of it. */
export function addIncidentsCommand({ program, io, endWith }: CommandHost): void {
  const incidents = program.command("incidents").description("incidents of before");
  addStoreOption(incidents.command("import"))
    .description("keep incidents of an export: CSV, or what PagerDuty or Jira gives; - reads stdin")
    .argument("<file...>", "exports")
    .action(async (files: readonly string[], options: StoreOptions) => {
      const done = await importFiles(io, files, options);
      if (!done.ok) return endWith(reportFailure(io, done.error));
      for (const problem of done.value.problems) io.err(`${problem}\n`);
      const { added, replaced } = done.value;
      io.out(`${added} ${added === 1 ? "incident" : "incidents"} added, ${replaced} renewed\n`);
      endWith(EXIT.ok);
    });
  addStoreOption(incidents.command("replay"))
    .description("would the gate have stopped them, and why not")
    .option(
      "--policy <file>",
      "what the gate counts; default: faultline.policy.yaml, or silent and loud, likely and certain",
    )
    .option("--format <format>", FORMATS.join(", "), "text")
    .action(async (options: ReplayOptions) => {
      const done = await replay(io, options);
      if (!done.ok) return endWith(reportFailure(io, done.error));
      io.out(
        options.format === "json"
          ? `${JSON.stringify({ incidents: done.value }, null, 2)}\n`
          : renderReplay(done.value),
      );
      endWith(EXIT.ok);
    });
}

async function importFiles(
  io: CliIo,
  files: readonly string[],
  options: StoreOptions,
): Promise<Result<ImportedPast, Failure>> {
  const texts: { readonly file: string; readonly text: string }[] = [];
  for (const file of files) {
    const text =
      file === "-" ? ok(await io.readStdin()) : await readTextFile(resolve(io.cwd, file), file);
    if (!text.ok) return text;
    texts.push({ file, text: text.value });
  }
  return withStore({ io, options }, async (store) => {
    const { importPast } = await import("#lib/usecases/incidents/keep-past.ts");
    let sum: ImportedPast = { added: 0, replaced: 0, problems: [] };
    for (const { file, text } of texts) {
      const imported = await importPast(store, text);
      if (!imported.ok)
        return err({ ...imported.error, message: `${file}: ${imported.error.message}` });
      sum = {
        added: sum.added + imported.value.added,
        replaced: sum.replaced + imported.value.replaced,
        problems: [...sum.problems, ...imported.value.problems.map((one) => `${file}: ${one}`)],
      };
    }
    return ok(sum);
  });
}

async function replay(
  io: CliIo,
  options: ReplayOptions,
): Promise<Result<readonly Replayed[], Failure>> {
  if (!FORMATS.some((format) => format === options.format)) {
    const message = `--format ${options.format} is not one of ${FORMATS.join(", ")}`;
    return err({ code: "bad-usage", message });
  }
  const { readGateFiles } = await import("#lib/usecases/gate/read-gate-files.ts");
  const now = io.now().toISOString();
  const files = await readGateFiles({ cwd: io.cwd, policy: options.policy, now });
  if (!files.ok) return files;
  return withStore({ io, options, mustExist: true }, async (store) => {
    const { loadGraphView } = await import("#lib/usecases/graph/load-graph-view.ts");
    const { replayPast } = await import("#lib/usecases/incidents/show-board.ts");
    const view = await loadGraphView(store);
    if (!view.ok) return view;
    return replayPast(store, { view: view.value, policy: files.value.policy });
  });
}

const WORDS: Readonly<Record<Replayed["outcome"], string>> = {
  stopped: "stopped",
  shown: "shown, let through",
  not_stopped: "not stopped",
  unknown: "not known",
};

function renderReplay(replayed: readonly Replayed[]): string {
  if (replayed.length === 0)
    return "no incidents are kept; bring them with faultline incidents import FILE\n";
  const lines = replayed.map(
    ({ id, title, outcome, why, isGuessed }) =>
      `${WORDS[outcome].padEnd(19)} ${id}  ${title}\n${" ".repeat(20)}${why}${isGuessed ? " (read out of its words)" : ""}\n`,
  );
  const count = (outcome: Replayed["outcome"]): number =>
    replayed.filter((one) => one.outcome === outcome).length;
  const sum = `${count("stopped")} of ${replayed.length} would have been stopped, ${count("shown")} shown and let through, ${count("not_stopped")} not stopped, of ${count("unknown")} nothing can be said\n`;
  return `${lines.join("")}\n${sum}`;
}
