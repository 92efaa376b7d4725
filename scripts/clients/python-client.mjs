// OpenLineage's own Python client against the running server. It is installed once, outside the checkout.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { root, run } from "../checkout.mjs";

const VERSION = "1.54.0";
const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
const venv = join(cache, "faultline", `openlineage-python-${VERSION}`);
const python = join(venv, "bin", "python");

/** @returns {Promise<{ passed: number, failed: number }>} one for each of what is looked for */
export async function testPythonClient() {
  const missing = await install();
  if (missing !== undefined) {
    process.stdout.write(`✗ openlineage-python was not tried: ${missing.why}\n  ${missing.next}\n`);
    return { passed: 0, failed: 1 };
  }
  const folder = mkdtempSync(join(tmpdir(), "faultline-python-client-"));
  const server = await startServer(folder);
  if (server.url === undefined) {
    process.stdout.write(`✗ openlineage-python was not tried: the server ended, ${server.why}\n`);
    rmSync(folder, { recursive: true, force: true });
    return { passed: 0, failed: 1 };
  }
  try {
    let passed = 0;
    let failed = 0;
    for (const compression of ["none", "gzip"]) {
      const sent = await send(server.url, compression);
      if (sent) passed += 1;
      else failed += 1;
    }
    for (const [what, holds] of Object.entries(await look(server.url))) {
      process.stdout.write(`${holds ? "✓" : "✗"} ${what}\n`);
      if (holds) passed += 1;
      else failed += 1;
    }
    return { passed, failed };
  } finally {
    server.child.kill("SIGTERM");
    await once(server.child, "exit");
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns {Promise<{ why: string, next: string } | undefined>} why it is not there, and what to do about it */
async function install() {
  if (hasClient()) return undefined;
  const base = ["python3", "python"].find(
    (name) =>
      spawnSync(name, ["-c", "import sys; sys.exit(sys.version_info < (3, 9))"]).status === 0,
  );
  if (base === undefined)
    return {
      why: "Python 3.9 or newer is not installed",
      next: "Install it with its venv module (Debian: apt-get install python3-venv); the other steps run by name.",
    };
  const made = spawnSync(base, ["-m", "venv", venv], { encoding: "utf8" });
  if (made.status !== 0) {
    // Half a folder would be taken for the whole the next time.
    rmSync(venv, { recursive: true, force: true });
    return {
      why: `no virtual environment could be made: ${firstLine(made.stderr || made.stdout)}`,
      next: "Install Python's venv module (Debian: apt-get install python3-venv).",
    };
  }
  const { code, output } = await run(python, [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "--retries",
    "1",
    `openlineage-python==${VERSION}`,
  ]);
  if (code === 0 && hasClient()) return undefined;
  rmSync(venv, { recursive: true, force: true });
  return {
    why: `pip could not install it: ${output?.trim().split("\n").at(-1) || `code ${code}`}`,
    next: "It needs a package index once, such as PIP_INDEX_URL names; afterwards it is kept in the cache folder.",
  };
}

const firstLine = (text) => text.trim().split("\n")[0];

const hasClient = () =>
  existsSync(python) && spawnSync(python, ["-c", "import openlineage.client"]).status === 0;

async function startServer(folder) {
  const child = spawn(
    process.execPath,
    [
      join(root, "dist", "faultline.mjs"),
      "serve",
      "--port",
      "0",
      "--store",
      `file:${folder}/store`,
    ],
    { cwd: folder, stdio: ["ignore", "pipe", "inherit"] },
  );
  const lines = createInterface(child.stdout);
  const first = await Promise.race([
    once(lines, "line").then(([line]) => line),
    once(child, "exit").then(([code]) => `with code ${code}`),
  ]);
  const url = /(http:\S+)/.exec(first)?.[1];
  if (url === undefined) child.kill("SIGTERM");
  return { child, url, why: first };
}

async function send(url, compression) {
  const { code } = await run(python, [join(root, "scripts", "clients", "send_events.py")], {
    env: {
      ...process.env,
      OPENLINEAGE__TRANSPORT__TYPE: "http",
      OPENLINEAGE__TRANSPORT__URL: url,
      ...(compression === "gzip" ? { OPENLINEAGE__TRANSPORT__COMPRESSION: "gzip" } : {}),
    },
  });
  return code === 0;
}

/** What must be in the answers within a few seconds. */
async function look(url) {
  const get = async (path) => (await fetch(`${url}/api/v1${path}`)).json();
  const wanted = {
    "the columns of its lineage": async () =>
      (await get("/assets/mart.revenue")).columns?.[0]?.reads?.[0]?.column === "amount",
    "the owner that a DatasetEvent says": async () =>
      (await get("/assets/mart.revenue")).attributes?.owner === "team:finance",
    "the reader that a JobEvent says": async () =>
      (await get("/assets/weekly_report")).upstream?.some(
        ({ shortName }) => shortName === "revenue",
      ),
  };
  const found = {};
  for (const [what, holds] of Object.entries(wanted)) {
    found[what] = false;
    for (let tries = 0; tries < 100 && !found[what]; tries++) {
      found[what] = (await holds()) === true;
      if (!found[what]) await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return found;
}
