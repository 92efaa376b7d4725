// `npm run acceptance -- spark`: a real client against a running server, and a look at what arrived. The clients are heavy,
// so they are not part of `npm test`; they are installed once, outside the checkout, below ~/.cache/faultline.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { giveUp, root } from "../checkout.mjs";
import { startServer } from "./server.mjs";

const CLIENTS = [
  ...["spark", "dbt-ol", "airflow", "feast", "superset", "mlflow"],
  ...["marquez", "registry", "dbt-state"],
];

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !CLIENTS.includes(name));
if (asked.length === 0 || unknown !== undefined)
  giveUp(
    unknown === undefined ? "which client?" : `no client is called ${unknown}`,
    `one or more of: ${CLIENTS.join(", ")}`,
  );

let failed = 0;
for (const name of asked) {
  const file = join(root, "scripts", "acceptance", `${name}.mjs`);
  if (!existsSync(file)) giveUp(`${file} is not there`);
  const { install, send, look } = await import(pathToFileURL(file).href);
  process.stdout.write(`${name}\n`);
  const missing = await install();
  if (missing !== undefined) {
    process.stdout.write(`  ✗ was not tried: ${missing}\n`);
    failed += 1;
    continue;
  }
  const folder = mkdtempSync(join(tmpdir(), `faultline-${name}-`));
  const server = await startServer(folder);
  try {
    const problem = await send({ url: server.url, folder });
    if (problem !== undefined) {
      process.stdout.write(`  ✗ it did not run: ${problem}\n`);
      failed += 1;
    }
    await server.settle();
    for (const [what, holds] of Object.entries(await look(server))) {
      process.stdout.write(`  ${holds ? "✓" : "✗"} ${what}\n`);
      if (!holds) failed += 1;
    }
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
process.exit(failed === 0 ? 0 : 1);
