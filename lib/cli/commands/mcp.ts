import { addStoreOption, chooseStoreUrl, type StoreOptions } from "../choose-store.ts";
import type { CliIo } from "../cli-io.ts";
import type { CommandHost } from "../command-host.ts";
import { EXIT } from "../exit-codes.ts";
import { reportFailure } from "../report-failure.ts";

/** `mcp`: the same questions for agents and editors, over standard input and output. */
export function addMcpCommand({ program, io, endWith }: CommandHost): void {
  addStoreOption(program.command("mcp"))
    .description("a Model Context Protocol server on stdin and stdout; reads only")
    .action(async (options: StoreOptions) => {
      endWith(await serveMcp(io, options));
    });
}

async function serveMcp(io: CliIo, options: StoreOptions): Promise<number> {
  const url = await chooseStoreUrl(io, options);
  if (!url.ok) return reportFailure(io, url.error);
  const { McpServer } = await import("@modelcontextprotocol/sdk/server/mcp.js");
  const { StdioServerTransport } = await import("@modelcontextprotocol/sdk/server/stdio.js");
  const { openWorkspace } = await import("#lib/usecases/graph/workspace.ts");
  const { openStore } = await import("#lib/store/open-store.ts");
  const { addMcpTools } = await import("../mcp-tools.ts");
  const workspace = openWorkspace({ open: () => openStore(url.value, io.env), now: io.now });
  const version = process.env["FAULTLINE_VERSION"] ?? "0.0.0-source";
  const server = new McpServer({ name: "faultline", version });
  addMcpTools(server, { workspace, cwd: io.cwd, now: io.now });
  const closed = new Promise<void>((resolve) => {
    server.server.onclose = resolve;
    process.stdin.once("end", resolve);
  });
  await server.connect(new StdioServerTransport());
  await closed;
  await workspace.close();
  return EXIT.ok;
}
