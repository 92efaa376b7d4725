import { err, ok, type Result } from "#lib/kit/result.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import type { ChangesBetween } from "#lib/view/changes-between.ts";
import { callServer } from "../call-server.ts";
import { addServerOption, type ServerOptions, serverUrlOf, withStore } from "../choose-store.ts";
import type { CliIo } from "../cli-io.ts";
import type { CommandHost } from "../command-host.ts";
import { EXIT } from "../exit-codes.ts";
import { reportFailure } from "../report-failure.ts";

interface DiffOptions extends ServerOptions {
  readonly at: readonly string[];
  readonly domain?: string;
  readonly limit: string;
  readonly format: string;
}

const collect = (value: string, earlier: readonly string[]): readonly string[] => [
  ...earlier,
  value,
];

/** `diff`: what changed between two moments. */
export function addDiffCommand({ program, io, endWith }: CommandHost): void {
  addServerOption(program.command("diff"))
    .description("what changed between two moments: tables, columns, what reads what, owners")
    .requiredOption(
      "--at <time>",
      "a time or a version; twice: from and to (default: to now)",
      collect,
      [],
    )
    .option("--domain <domain>", "only what belongs to it")
    .option("--limit <n>", "most assets that are listed", "500")
    .option("--format <format>", "text or json", "text")
    .action(async (options: DiffOptions) => {
      const answer = await ask(io, options);
      if (!answer.ok) return endWith(reportFailure(io, answer.error));
      const { renderBetween } = await import("../render/between.ts");
      io.out(
        options.format === "json"
          ? `${JSON.stringify(answer.value, null, 2)}\n`
          : renderBetween(answer.value),
      );
      endWith(EXIT.ok);
    });
}

const usage = (message: string): Result<never, Failure> => err({ code: "bad-usage", message });

async function ask(io: CliIo, options: DiffOptions): Promise<Result<ChangesBetween, Failure>> {
  const { at, domain, format } = options;
  if (format !== "text" && format !== "json")
    return usage(`--format ${format}: text and json are known here`);
  const [from, to, more] = at;
  if (from === undefined || more !== undefined)
    return usage("--at is given once or twice: from, and to");
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1) return usage("--limit is a whole number from 1 on");
  const request = {
    from,
    limit,
    ...(to === undefined ? {} : { to }),
    ...(domain === undefined ? {} : { domain }),
  };
  const server = serverUrlOf(io, options);
  if (server !== undefined) {
    const query = new URLSearchParams(
      Object.entries(request).map(([key, value]) => [key, String(value)]),
    );
    const text = await callServer(io, {
      server,
      method: "GET",
      path: "/api/v1/changes-between",
      query,
    });
    return text.ok ? ok(JSON.parse(text.value) as ChangesBetween) : text;
  }
  return withStore({ io, options, mustExist: true }, async (store) => {
    const { loadGraphView } = await import("#lib/usecases/graph/load-graph-view.ts");
    const { askChangesBetween } = await import("#lib/usecases/history/ask-changes-between.ts");
    return askChangesBetween((moment) => loadGraphView(store, moment), request);
  });
}
