import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { callServer } from "../call-server.ts";
import { addServerOption, serverUrlOf, withStore } from "../choose-store.ts";
import type { CliIo } from "../cli-io.ts";
import type { CommandHost } from "../command-host.ts";
import { reportFailure } from "../report-failure.ts";
import type { ImpactOptions } from "./impact.ts";
import { addQuestion, runImpact } from "./impact.ts";

interface ExportOptions extends ImpactOptions {
  readonly kind: string;
}

/** `export`: the graph, or the answer to a question, as a file. */
export function addExportCommand({ program, io, endWith }: CommandHost): void {
  addQuestion(addServerOption(program.command("export")))
    .description(
      "the graph as a native graph file or as OpenLineage events, or the answer of impact",
    )
    .option("--kind <kind>", "graph, openlineage, or impact with its REF and options", "graph")
    .option("--format <format>", "of an answer: json, csv, markdown, text", "json")
    .action(async (ref: string | undefined, options: ExportOptions) => {
      if (options.kind === "impact") return endWith(await runImpact({ io, ref, options }));
      const text = await exportText(io, options);
      if (!text.ok) return endWith(reportFailure(io, text.error));
      io.out(text.value);
    });
}

async function exportText(io: CliIo, options: ExportOptions): Promise<Result<string, Failure>> {
  const { exportGraph, isExportKind, EXPORT_KINDS } = await import(
    "#lib/usecases/graph/export-graph.ts"
  );
  const { kind, at } = options;
  if (!isExportKind(kind)) {
    const next = `kinds are: ${[...EXPORT_KINDS, "impact"].join(", ")}`;
    return err({ code: "bad-usage", message: `--kind ${kind} is not exported here`, next });
  }
  const server = serverUrlOf(io, options);
  if (server !== undefined) {
    const query = new URLSearchParams({ kind, ...(at === undefined ? {} : { at }) });
    const answer = await callServer(io, { server, method: "GET", path: "/api/v1/export", query });
    return answer.ok ? ok(print(JSON.parse(answer.value))) : answer;
  }
  return withStore({ io, options, mustExist: true }, async (store) => {
    const { loadGraphView } = await import("#lib/usecases/graph/load-graph-view.ts");
    const view = await loadGraphView(store, at);
    return view.ok
      ? ok(print(exportGraph(view.value.graph, { kind, at: view.value.asOf.at })))
      : view;
  });
}

const print = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
