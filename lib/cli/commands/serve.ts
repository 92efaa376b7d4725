import { addStoreOption } from "../choose-store.ts";
import type { CommandHost } from "../command-host.ts";
import type { ServeOptions } from "../run-server.ts";

/** `serve`: the web application and the API. */
export function addServeCommand({ program, io, endWith }: CommandHost): void {
  addStoreOption(program.command("serve"))
    .description("the web application and the API")
    .option("--port <n>", "default PORT or 3000")
    .option("--host <address>", "default 127.0.0.1; any other needs tokens or a proxy", "127.0.0.1")
    .option("--demo", "fill an empty store with the demo company")
    .action(async (options: ServeOptions) => {
      const { runServer } = await import("../run-server.ts");
      endWith(await runServer(io, options));
    });
}
