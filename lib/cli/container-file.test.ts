import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..");
/** What the steps of the container file make. */
const BUILT = new Set(["node_modules", ".next", "dist"]);

const copied = readFileSync(join(ROOT, "Dockerfile"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("COPY "))
  .flatMap((line) => line.split(/\s+/).slice(1, -1))
  .filter((word) => !word.startsWith("--") && word !== ".")
  .map((path) => path.replace(/^(?:\/app|\.)\//, ""));

test.skipIf(!existsSync(join(ROOT, ".git")))(
  "everything that the container file copies is in a fresh clone or is built",
  () => {
    expect(copied.length).toBeGreaterThan(5);
    const left = readFileSync(join(ROOT, ".dockerignore"), "utf8").split("\n");
    for (const path of copied.filter((one) => !BUILT.has(one))) {
      const kept = execFileSync("git", ["ls-files", "--", path], { cwd: ROOT, encoding: "utf8" });
      expect(kept, `${path} is not in git`).not.toBe("");
      expect(left, `${path} is left out of the build`).not.toContain(path);
    }
  },
);
