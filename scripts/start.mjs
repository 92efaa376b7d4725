// `npm start`: from a fresh clone to the running demo.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { assertNode, ensureBuilt, ensureInstalled, root } from "./checkout.mjs";

assertNode();
await ensureInstalled();
await ensureBuilt();

const child = spawn(
  process.execPath,
  [join(root, "dist", "faultline.mjs"), "serve", "--demo", ...process.argv.slice(2)],
  {
    stdio: "inherit",
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" },
  },
);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("close", (code) => process.exit(code ?? 0));
