import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { buildCli } from "../build-cli.mjs";
import { giveUp, root } from "../checkout.mjs";

/** A server on a free port of the loopback address with an empty store below `folder`. */
export async function startServer(folder) {
  if (!existsSync(join(root, ".next", "BUILD_ID")))
    giveUp("the web application is not built", "npm run build");
  const outdir = join(root, "node_modules", ".cache", "acceptance");
  await buildCli({ outdir });
  const child = spawn(
    process.execPath,
    [join(outdir, "faultline.mjs"), "serve", "--port", "0", "--store", `file:${folder}/store`],
    { cwd: folder, stdio: ["ignore", "pipe", "inherit"] },
  );
  const [line] = await once(createInterface(child.stdout), "line");
  let text = line;
  const lines = createInterface(child.stdout);
  while (!/http:\S+/.test(text)) [text] = await once(lines, "line");
  const url = /(http:\S+)/.exec(text)[1].replace(/[).]+$/, "");
  const get = async (path) => (await fetch(`${url}/api/v1/${path}`)).json();
  return {
    url,
    get,
    /** An asset by the end of its name, with all that is known of it; undefined: there is none. */
    asset: async (name) => {
      const found = await get(`assets/${encodeURIComponent(name)}`);
      return found.asset === undefined && found.id === undefined ? undefined : found;
    },
    /** The whole graph, as the graph file has it. */
    graph: () => get("export?kind=graph"),
    impact: async (body) =>
      (
        await fetch(`${url}/api/v1/impact`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        })
      ).json(),
    /** Until nothing that was sent waits any more. */
    settle: async () => {
      for (let tries = 0; tries < 100; tries += 1) {
        // A client that ran to its end in between has kept this process from seeing that a connection was closed.
        const text = await fetch(`${url}/metrics`).then(
          (answer) => answer.text(),
          () => "",
        );
        if (/^faultline_ingest_waiting_bytes(?:\{\})? 0$/m.test(text)) break;
        await new Promise((wake) => setTimeout(wake, 200));
      }
      // What was committed last is read within a second.
      await new Promise((wake) => setTimeout(wake, 2_000));
    },
    stop: async () => {
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}
