import { spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../checkout.mjs";
import { cache, pythonWith, runClient } from "./python.mjs";
import { answers, freePort } from "./tool-server.mjs";

const venv = pythonWith({
  name: "superset-6.1.0",
  packages: ["apache-superset==6.1.0", "rich", "cachetools", "flask-caching<2.4"],
  probe: "superset, rich, cachetools, gunicorn",
});

/** Kept from run to run: its examples take minutes to load. */
const home = join(cache, "superset-home");
const env = {
  FLASK_APP: "superset",
  SUPERSET_HOME: home,
  SUPERSET_CONFIG_PATH: join(home, "superset_config.py"),
};
const login = { SUPERSET_USERNAME: "admin", SUPERSET_PASSWORD: "admin" };

export const install = async () => (await venv.install()) ?? (await loadExamples());

async function loadExamples() {
  const done = join(home, "loaded");
  if (existsSync(done)) return undefined;
  mkdirSync(home, { recursive: true });
  writeFileSync(
    env.SUPERSET_CONFIG_PATH,
    `SECRET_KEY = "${"x".repeat(42)}"\nTALISMAN_ENABLED = False\nPREVENT_UNSAFE_DB_CONNECTIONS = False\n`,
  );
  const admin = ["--username", "admin", "--firstname", "a", "--lastname", "b"];
  for (const args of [
    ["db", "upgrade"],
    ["fab", "create-admin", ...admin, "--email", "a@b.c", "--password", "admin"],
    ["init"],
    ["load_examples"],
  ]) {
    const problem = await runClient(venv.bin("superset"), args, { env, folder: home });
    if (problem !== undefined) return problem;
  }
  writeFileSync(done, "");
  return undefined;
}

export async function send({ folder }) {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const superset = spawn(
    venv.bin("gunicorn"),
    ["-w", "2", "-b", `127.0.0.1:${port}`, "--timeout", "120", "superset.app:create_app()"],
    { cwd: home, env: { ...process.env, ...env }, stdio: "ignore" },
  );
  try {
    await answers(`${address}/health`);
    const bundle = join(root, "node_modules", ".cache", "acceptance", "faultline.mjs");
    return await runClient(
      process.execPath,
      [bundle, "ingest", `superset+${address}`, "--store", `file:${folder}/store`],
      { env: login, folder },
    );
  } finally {
    superset.kill("SIGTERM");
  }
}

export async function look({ graph }) {
  const { assets, edges } = await graph();
  const of = (kind) => assets.filter((asset) => asset.kind === kind);
  const read = new Set(edges.filter(({ use }) => use === "UNKNOWN").map(({ to }) => to));
  const charts = of("chart");
  return {
    "nine dashboards": of("dashboard").length === 9,
    "103 charts": charts.length === 103,
    "every chart to the column": charts.every(
      ({ id, queries = [] }) => queries.length > 0 && !read.has(id),
    ),
  };
}
