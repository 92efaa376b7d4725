// `npm test`: everything that must hold, from lint to browser, and one line `N passed, N failed` at the end.
// A step that is one tool counts as one; test runners count their tests. `npm test -- unit browser` runs some steps only.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { assertNode, ensureBuilt, ensureInstalled, giveUp, has, root, run } from "./checkout.mjs";
import { testPythonClient } from "./clients/python-client.mjs";

const bin = (name) => join(root, "node_modules", ".bin", name);
const reports = join(root, "test-results");

const steps = [
  { name: "lint", run: () => tool(bin("biome"), ["check", "--max-diagnostics=60"]) },
  { name: "types", run: () => tool(bin("tsc"), ["--noEmit", "-p", "."]) },
  { name: "layers", run: checkLayers },
  { name: "dead-code", run: () => tool(bin("knip"), []) },
  { name: "unit", run: () => vitest("unit", []) },
  { name: "neo4j", run: () => vitest("neo4j", ["--config", "vitest.neo4j.config.ts"]) },
  { name: "build", run: buildAll },
  { name: "clients", run: clients },
  { name: "browser", run: browser },
];

assertNode();
await ensureInstalled();
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0)
  giveUp(
    `no step is called ${unknown.join(", ")}`,
    `steps are: ${steps.map((s) => s.name).join(", ")}`,
  );

const total = { passed: 0, failed: 0 };
for (const step of steps.filter((s) => wanted.length === 0 || wanted.includes(s.name))) {
  process.stdout.write(`\n── ${step.name}\n`);
  const started = Date.now();
  const { passed, failed } = await step.run();
  total.passed += passed;
  total.failed += failed;
  process.stdout.write(
    `── ${step.name}: ${passed} passed, ${failed} failed, ${((Date.now() - started) / 1000).toFixed(1)} s\n`,
  );
}
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);

async function tool(command, args) {
  const { code } = await run(command, args);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** dependency-cruiser says "no violations" when it could not parse a single module, so the count is part of the check. */
async function checkLayers() {
  const { code, output } = await run(bin("depcruise"), [
    "app",
    "components",
    "lib",
    "--config",
    ".dependency-cruiser.cjs",
  ]);
  const modules = Number(/(\d+) modules/.exec(output)?.[1] ?? 0);
  if (modules < 100)
    process.stdout.write(`only ${modules} modules were read: the check says nothing\n`);
  return code === 0 && modules >= 100 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function vitest(name, args) {
  const report = join(reports, `${name}.json`);
  const { code } = await run(bin("vitest"), [
    "run",
    "--reporter=dot",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...args,
  ]);
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, numTotalTests } = JSON.parse(
    readFileSync(report, "utf8"),
  );
  // A suite that cannot even load has no failed test, but the runner's exit code tells.
  const failed = code !== 0 && numFailedTests === 0 ? 1 : numFailedTests;
  return { passed: numPassedTests, failed: numTotalTests === 0 ? 1 : failed };
}

async function buildAll() {
  await ensureBuilt();
  return { passed: 1, failed: 0 };
}

async function clients() {
  await ensureBuilt();
  return testPythonClient();
}

async function browser() {
  await ensureBuilt();
  await ensureChromium();
  const report = join(reports, "browser.json");
  const { code } = await run(bin("playwright"), ["test", "--reporter=list,json"], {
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: report },
  });
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { expected, unexpected, flaky } = JSON.parse(readFileSync(report, "utf8")).stats;
  const failed = code !== 0 && unexpected === 0 ? 1 : unexpected;
  return { passed: expected + flaky, failed: expected + flaky + unexpected === 0 ? 1 : failed };
}

/** A browser that is there, else Playwright's own, else Debian's package. */
async function ensureChromium() {
  const { chromium } = await import("@playwright/test");
  const known = [
    process.env.FAULTLINE_CHROMIUM,
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    chromium.executablePath(),
  ];
  if (known.some((path) => path && existsSync(path))) return;
  process.stderr.write("No Chromium found, fetching one …\n");
  const own = await run(bin("playwright"), ["install", "chromium"], {
    quiet: true,
    label: "playwright install",
    timeoutMs: 300_000,
  });
  if (own.code === 0 && existsSync(chromium.executablePath())) return;
  if (has("apt-get")) {
    const sudo = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
    const apt = [...sudo, "apt-get"];
    await run(apt[0], [...apt.slice(1), "update", "-qq"], { quiet: true, label: "apt-get update" });
    await run(apt[0], [...apt.slice(1), "install", "-y", "-qq", "chromium"], {
      quiet: true,
      label: "apt-get install chromium",
    });
    if (existsSync("/usr/bin/chromium")) return;
  }
  giveUp(
    "no Chromium for the browser tests",
    "install it (Debian: apt-get install chromium) or set FAULTLINE_CHROMIUM to its path",
  );
}
