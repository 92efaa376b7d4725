import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { run } from "../checkout.mjs";

export const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "faultline");

/** A virtual environment of its own for a client, made once. `probe` is what must be importable. */
export function pythonWith({ name, packages, probe }) {
  const folder = join(cache, name);
  const python = join(folder, "bin", "python");
  const isThere = () =>
    existsSync(python) && spawnSync(python, ["-c", `import ${probe}`]).status === 0;
  return {
    bin: (command) => join(folder, "bin", command),
    python,
    /** Why it could not be installed; undefined: it is there. */
    install: async () => {
      if (isThere()) return undefined;
      if (spawnSync("python3", ["-m", "venv", folder]).status !== 0)
        return "Python 3 with its venv module is needed";
      const { code, output } = await run(python, ["-m", "pip", "install", "--quiet", ...packages], {
        quiet: true,
        label: `installing ${name}`,
      });
      if (code === 0 && isThere()) return undefined;
      rmSync(folder, { recursive: true, force: true });
      return `pip could not install it: ${output.trim().split("\n").at(-1)}`;
    },
  };
}

/** Runs to the end and says what went wrong, if anything. */
export async function runClient(command, args, { env, folder }) {
  const child = spawnSync(command, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    encoding: "utf8",
    maxBuffer: 64_000_000,
    timeout: 900_000,
  });
  if (child.status === 0) return undefined;
  const said = `${child.stdout}\n${child.stderr}`.trim().split("\n").slice(-8).join("\n    ");
  return `${command} ended with ${child.status ?? child.signal}\n    ${said}`;
}
