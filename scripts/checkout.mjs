// What `npm start` and `npm test` share: bring a checkout to the point where it can run, with nothing installed by hand.
// Runs before any dependency is there, so it uses Node's own modules only and syntax that an old Node can still parse.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

const MIN_NODE = [20, 9];
/** Installed packages are about 0.9 GB and a build 0.2 GB. */
const NEEDED_BYTES = 1.5e9;

/** Prints why it cannot go on and the next step, and ends with the exit code for bad usage. */
export function giveUp(message, next) {
  process.stderr.write(`\nfaultline: ${message}\n${next ? `  next: ${next}\n` : ""}`);
  process.exit(2);
}

export function assertNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1])) return;
  giveUp(
    `Node ${process.versions.node} is too old, ${MIN_NODE.join(".")} or newer is needed`,
    "install Node 20 LTS or newer (https://nodejs.org) and run the command again",
  );
}

async function assertDiskSpace() {
  const { bavail, bsize } = await statfs(root);
  const free = bavail * bsize;
  if (free >= NEEDED_BYTES) return;
  giveUp(
    `the disk has ${(free / 1e9).toFixed(1)} GB free, an install and a build need ${NEEDED_BYTES / 1e9} GB`,
    "free some space and run the command again",
  );
}

/** Runs a command to its end; on a terminal a line shows that it is alive. Resolves with its exit code and output. */
export function run(command, args, { label, env, quiet = false, timeoutMs } = {}) {
  return new Promise((resolve) => {
    const started = Date.now();
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const keep = (chunk) => {
      output += chunk;
      if (!quiet) process.stderr.write(chunk);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const ticker =
      quiet && label && process.stderr.isTTY
        ? setInterval(() => showProgress(label, started), 200)
        : undefined;
    const timer = timeoutMs ? setTimeout(() => child.kill("SIGKILL"), timeoutMs) : undefined;
    const end = (code) => {
      clearInterval(ticker);
      clearTimeout(timer);
      if (ticker) process.stderr.write("\r\u001b[2K");
      resolve({ code: code ?? 1, output, seconds: (Date.now() - started) / 1000 });
    };
    child.on("error", (error) => {
      output += String(error);
      end(127);
    });
    child.on("close", end);
  });
}

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

function showProgress(label, started) {
  const seconds = Math.floor((Date.now() - started) / 1000);
  const frame = FRAMES[Math.floor(Date.now() / 200) % FRAMES.length];
  process.stderr.write(`\r\u001b[2K${frame} ${label} (${seconds} s)`);
}

const npm = process.platform === "win32" ? "npm.cmd" : "npm";

/** Installs the packages when the lock file is not the one that was installed last. */
export async function ensureInstalled() {
  const stamp = join(root, "node_modules", ".faultline-installed");
  const wanted = hashOf(
    [join(root, "package.json"), join(root, "package-lock.json")].filter(existsSync),
  );
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  await assertDiskSpace();
  process.stderr.write("Installing packages (once, about a minute) …\n");
  // `npm ci` refuses a lock file that names packages of other platforms when the registry has none of them; `install` works.
  const { code, output } = await run(
    npm,
    ["install", "--no-audit", "--no-fund", "--loglevel", "error"],
    {
      label: "npm install",
      quiet: true,
    },
  );
  if (code !== 0)
    giveUp(
      explainInstallFailure(output),
      "mend that and run the command again; the log of npm is above",
    );
  // npm may complete the lock file; what counts is what is installed now.
  writeFileSync(
    stamp,
    hashOf([join(root, "package.json"), join(root, "package-lock.json")].filter(existsSync)),
  );
}

function explainInstallFailure(output) {
  process.stderr.write(output.slice(-4000));
  if (output.includes("ENOSPC")) return "no space left on the disk while installing packages";
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT/.test(output))
    return "the package registry cannot be reached";
  return "the packages could not be installed";
}

/** Builds the command line and, unless only that is wanted, the web application, when their sources changed. */
export async function ensureBuilt({ web = true } = {}) {
  await build("dist/.built", ["lib", "scripts/build-cli.mjs", "package.json"], "the command line", [
    process.execPath,
    ["scripts/build-cli.mjs"],
  ]);
  if (!web) return;
  await build(
    ".next/.built",
    ["app", "components", "lib", "public", "next.config.js", "package.json"],
    "the web application (about a minute)",
    [process.execPath, [join("node_modules", "next", "dist", "bin", "next"), "build"]],
  );
}

async function build(stampPath, inputs, what, [command, args]) {
  const stamp = join(root, stampPath);
  const wanted = hashOf(inputs.flatMap((input) => filesBelow(join(root, input))));
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  process.stderr.write(`Building ${what} …\n`);
  const { code, output } = await run(command, args, { label: `building ${what}`, quiet: true });
  if (code !== 0) {
    process.stderr.write(output.slice(-8000));
    giveUp(
      output.includes("ENOSPC")
        ? "no space left on the disk while building"
        : `building ${what} failed`,
      "the messages above say where; `npm run check` finds it faster",
    );
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const below = join(path, entry.name);
      if (entry.isDirectory()) return filesBelow(below);
      return /\.test\.tsx?$/.test(entry.name) ? [] : [below];
    });
}

function hashOf(files) {
  const hash = createHash("sha256");
  for (const file of files)
    hash.update(relative(root, file)).update("\0").update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}

export const has = (command) => spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;
