import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const CLI = join(import.meta.dirname, "..", "dist", "faultline.mjs");

/** A server of a test's own, with a store of its own. */
export interface OwnServer {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** A folder that is gone after the test. */
export function makeFolder(files: Readonly<Record<string, string>> = {}): {
  readonly path: string;
  readonly remove: () => void;
} {
  const path = mkdtempSync(join(tmpdir(), "faultline-e2e-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Reads files into the store of a folder, as a person would. */
export function ingest(folder: string, ...paths: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [CLI, "ingest", ...paths], {
    cwd: folder,
    env: { ...process.env, FAULTLINE_STORE: "file:store" },
    encoding: "utf8",
  });
  if (status !== 0 && status !== 3) throw new Error(stderr);
}

/** What the command line answers, asked of a running server. */
export function askCli(url: string, ...command: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [CLI, ...command, "--server", url],
    { encoding: "utf8", maxBuffer: 64 << 20 },
  );
  if (status !== 0 && status !== 1) throw new Error(stderr);
  return stdout;
}

export async function startServer(
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<OwnServer> {
  const port = await freePort();
  const child = spawn(process.execPath, [CLI, "serve", "--port", String(port)], {
    cwd: folder,
    env: { ...process.env, FAULTLINE_STORE: "file:store", ...env },
    stdio: "ignore",
  });
  const url = `http://127.0.0.1:${port}`;
  await until(() => answers(`${url}/owners`));
  return { url, stop: () => stop(child) };
}

/** Waits for a file that the server writes a moment later. */
export const untilFile = (path: string): Promise<void> =>
  until(() => Promise.resolve(existsSync(path)));

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.on("close", () => resolve());
    child.kill();
  });
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    // It answers 503 while it is starting.
    (response) => response.ok,
    () => false,
  );

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 240; tries++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error("waited a minute in vain");
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
