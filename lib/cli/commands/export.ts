import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { callServer } from "../call-server.ts";
import type { ServerOptions } from "../choose-store.ts";
import { addServerOption, serverUrlOf, withStore } from "../choose-store.ts";
import type { CliIo } from "../cli-io.ts";
import type { CommandHost } from "../command-host.ts";
import { reportFailure } from "../report-failure.ts";

interface ExportOptions extends ServerOptions {
  readonly kind: string;
  readonly at?: string;
}

/** `export`: the graph as a file; an answer as a file is `impact --format`. */
export function addExportCommand({ program, io, endWith }: CommandHost): void {
  addServerOption(program.command("export"))
    .description("the whole graph as JSON: a native graph file or OpenLineage events")
    .option("--kind <kind>", "graph or openlineage", "graph")
    .option("--at <time|version>", "the graph as it was")
    .action(async (options: ExportOptions) => {
      const text = await exportText(io, options);
      if (!text.ok) return endWith(reportFailure(io, text.error));
      io.out(text.value);
    });
}

async function exportText(io: CliIo, options: ExportOptions): Promise<Result<string, Failure>> {
  const { exportGraph, isExportKind, EXPORT_KINDS } = await import("#lib/usecases/export-graph.ts");
  const { kind, at } = options;
  if (!isExportKind(kind)) {
    const next =
      kind === "impact"
        ? "use `faultline impact REF --format json|csv|markdown`"
        : `kinds are: ${EXPORT_KINDS.join(", ")}`;
    return err({ code: "bad-usage", message: `--kind ${kind} is not exported here`, next });
  }
  const server = serverUrlOf(io, options);
  if (server !== undefined) {
    const query = new URLSearchParams({ kind, ...(at === undefined ? {} : { at }) });
    const answer = await callServer(io, { server, method: "GET", path: "/api/v1/export", query });
    return answer.ok ? ok(print(JSON.parse(answer.value))) : answer;
  }
  return withStore({ io, options }, async (store) => {
    const { loadGraphView } = await import("#lib/usecases/load-graph-view.ts");
    const view = await loadGraphView(store, at);
    return view.ok
      ? ok(print(exportGraph(view.value.graph, { kind, at: view.value.asOf.at })))
      : view;
  });
}

const print = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
