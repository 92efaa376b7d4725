/*
 * How much of the browser's main thread does the graph of a large answer take?
 *
 *   npx next build && npx tsx bench/first-graph.ts [datasets, default 200]
 *
 * A made-up company of twelve domains whose views all hang on one column, read by dashboards, is read into a store of its
 * own and served. Chromium (software drawing) opens the blast radius of that column. Measured by the browser itself: time of
 * the main thread's tasks (all, scripts, layout and style) until the first card is there, and for each event of panning and
 * hovering; beside it, in turns, the same page with twelve domains in place of the datasets, and a line of text without any
 * script. Each page is opened five times by a browser that has nothing of it, and the visit in the middle is what is said.
 * The time from the layout to the frame that shows it is as the page marks it.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Browser, type CDPSession, chromium, type Page } from "@playwright/test";

const DOMAINS = [
  "checkout",
  "payments",
  "finance",
  "risk",
  "customers",
  "marketing",
  "pricing",
  "support",
  "fulfilment",
  "catalog",
  "search",
  "inventory",
];
const COLUMNS = Array.from({ length: 9 }, (_, at) => `c${at}`);
const EVENTS = 60;
const RUNS = 5;

const datasets = Number(process.argv[2] ?? 200);
const root = process.cwd();
const folder = mkdtempSync(join(tmpdir(), "faultline-graph-bench-"));

/** Views in layers, each on one or two of those before it; one dashboard for every fifth. */
function writeCompany(): void {
  const views = Math.round(datasets * 0.8);
  const byDomain = new Map<string, string[]>(DOMAINS.map((domain) => [domain, []]));
  const names: string[] = ["checkout.orders"];
  const list = ["amount bigint", ...COLUMNS.map((column) => `${column} bigint`)].join(", ");
  byDomain.get("checkout")?.push(`create table checkout.orders (${list});`);
  for (let at = 1; at <= views; at++) {
    const domain = DOMAINS[(at * 7) % DOMAINS.length] ?? "checkout";
    const source = names[Math.floor((at * 31) % Math.max(1, Math.min(names.length, at / 1.4)))];
    const name = `${domain}.model_${at}`;
    const columns = COLUMNS.map((column) => `s.${column}`).join(", ");
    byDomain
      .get(domain)
      ?.push(
        `create view ${name} as select s.amount as amount, ${columns} from ${source ?? "checkout.orders"} s;`,
      );
    names.push(name);
  }
  for (const [domain, statements] of byDomain) {
    mkdirSync(join(folder, "company", domain), { recursive: true });
    writeFileSync(join(folder, "company", domain, "models.sql"), statements.join("\n"));
  }
  const boards = Array.from({ length: datasets - views }, (_, at) => {
    const name = names[names.length - 1 - at * 3] ?? "checkout.orders";
    return `Board ${at},dashboard,team-${at % 7},${1 + (at % 3)},${DOMAINS[at % DOMAINS.length] ?? ""},postgres,Total,"select sum(amount) as total from ${name}"`;
  });
  mkdirSync(join(folder, "company", "consumers"));
  writeFileSync(
    join(folder, "company", "consumers", "consumers.csv"),
    ["name,kind,owner,tier,domain,dialect,tile,sql", ...boards].join("\n"),
  );
  const sources = DOMAINS.map(
    (domain) => `  - {path: ${domain}, dialect: postgres, domain: ${domain}}`,
  );
  writeFileSync(
    join(folder, "company", "faultline.yaml"),
    ["sources:", ...sources, "  - {path: consumers}", ""].join("\n"),
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        resolve(typeof address === "object" && address !== null ? address.port : 0),
      );
    });
  });
}

async function waitFor(url: string): Promise<void> {
  for (let tries = 0; tries < 240; tries++) {
    const up = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (up) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`${url} does not answer`);
}

interface Cost {
  readonly task: number;
  readonly script: number;
  readonly layout: number;
}

const NOTHING: Cost = { task: 0, script: 0, layout: 0 };

interface Visit {
  readonly name: string;
  readonly address: string;
  /** What is there when the page is. */
  readonly ready: string;
}

/** Milliseconds of the main thread since the page began. */
async function costOf(session: CDPSession): Promise<Cost> {
  const { metrics } = await session.send("Performance.getMetrics");
  const of = (name: string) => 1000 * (metrics.find((metric) => metric.name === name)?.value ?? 0);
  return {
    task: of("TaskDuration"),
    script: of("ScriptDuration"),
    layout: of("LayoutDuration") + of("RecalcStyleDuration"),
  };
}

const minus = (a: Cost, b: Cost): Cost => ({
  task: a.task - b.task,
  script: a.script - b.script,
  layout: a.layout - b.layout,
});

/** The visit in the middle, and how far the others lie apart. */
function say(costs: readonly Cost[]): string {
  const sorted = costs.toSorted((a, b) => a.task - b.task);
  const { task, script, layout } = sorted[Math.floor(sorted.length / 2)] ?? NOTHING;
  const ends = [sorted[0], sorted.at(-1)].map((cost) => (cost?.task ?? 0).toFixed(0)).join(" to ");
  return `${task.toFixed(0)} ms (scripts ${script.toFixed(0)}, layout and style ${layout.toFixed(0)}; all ${ends})`;
}

async function measureMoves(page: Page, session: CDPSession): Promise<void> {
  const box = await page.locator(".react-flow").boundingBox();
  if (box === null) return;
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const start = await costOf(session);
  for (let at = 0; at < EVENTS; at++)
    await page.mouse.move(middle.x + at * 3 - 90, middle.y + at * 2 - 60);
  const hovered = await costOf(session);
  await page.mouse.move(box.x + 4, box.y + 4);
  await page.mouse.down();
  const before = await costOf(session);
  for (let at = 0; at < EVENTS; at++) await page.mouse.move(box.x + 4 + at * 4, box.y + 4 + at * 2);
  const panned = await costOf(session);
  await page.mouse.up();
  console.log(
    `hover: ${(minus(hovered, start).task / EVENTS).toFixed(1)} ms of main thread an event`,
  );
  console.log(
    `pan:   ${(minus(panned, before).task / EVENTS).toFixed(1)} ms of main thread an event`,
  );
}

async function open(browser: Browser, { address, ready }: Visit) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const session = await page.context().newCDPSession(page);
  // CPU of the thread, not the clock on the wall: others use this machine too.
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const scripts: number[] = [];
  page.on("response", async (response) => {
    if (!response.url().includes("/_next/static/") || !response.url().endsWith(".js")) return;
    scripts.push(
      await response.body().then(
        (body) => gzipSync(body).byteLength,
        () => 0,
      ),
    );
  });
  await page.goto(address);
  await page.locator(ready).first().waitFor({ timeout: 60_000 });
  const cost = await costOf(session);
  await page.waitForLoadState("networkidle");
  return { page, session, cost, scripts };
}

/** In turns, so that what else the machine does meets them all; the first round only fills what the server keeps. */
async function compare(browser: Browser, visits: readonly Visit[]): Promise<void> {
  const costs = new Map<string, Cost[]>(visits.map(({ name }) => [name, []]));
  for (let round = 0; round <= RUNS; round++)
    for (const visit of visits) {
      const { page, cost } = await open(browser, visit);
      await page.close();
      if (round > 0) costs.get(visit.name)?.push(cost);
    }
  for (const [name, measured] of costs) console.log(`${name}: ${say(measured)}`);
}

async function run(): Promise<void> {
  writeCompany();
  const env = { ...process.env, FAULTLINE_STORE: `file:${join(folder, "store")}` };
  const cli = join(root, "dist", "faultline.mjs");
  const read = spawnSync(process.execPath, [cli, "ingest", join(folder, "company")], {
    env,
    encoding: "utf8",
  });
  if (read.status !== 0 && read.status !== 3) throw new Error(read.stderr + read.stdout);
  const port = await freePort();
  const server = spawn(process.execPath, [cli, "serve", "--port", String(port)], {
    env,
    stdio: "ignore",
  });
  const known = [process.env["FAULTLINE_CHROMIUM"], "/usr/bin/chromium", chromium.executablePath()];
  const executablePath = known.find((path) => path !== undefined && existsSync(path));
  const browser = await chromium.launch({
    args: ["--no-sandbox", "--disable-gpu"],
    ...(executablePath === undefined ? {} : { executablePath }),
  });
  try {
    const site = `http://127.0.0.1:${port}`;
    const address = `${site}/blast?change=rename_column:checkout.orders.amount;to=total`;
    await waitFor(`${site}/sources`);
    const datasetsVisit: Visit = {
      name: "with the graph of datasets",
      address: `${address}&zoom=datasets`,
      ready: "[data-testid=card]",
    };
    await compare(browser, [
      { name: "a line of text", address: "data:text/html,<p>text", ready: "p" },
      {
        name: `list, reasons and ${DOMAINS.length} domains`,
        address: `${address}&zoom=domains`,
        ready: ".react-flow__node-domain",
      },
      datasetsVisit,
    ]);
    const graph = await open(browser, datasetsVisit);
    const drawing = await graph.page.evaluate(() =>
      performance.getEntriesByName("faultline:graph").map((entry) => entry.duration),
    );
    console.log(
      `of that, from the layout to the frame that shows it: ${drawing.map((ms) => ms.toFixed(0)).join(", ")} ms`,
    );
    console.log(await graph.page.getByTestId("graph-counts").innerText());
    await measureMoves(graph.page, graph.session);
    await graph.page.close();
    const all = graph.scripts.reduce((sum, size) => sum + size, 0);
    console.log(
      `scripts of /blast with the canvas: ${(all / 1024).toFixed(0)} KB gzip in ${graph.scripts.length} files`,
    );
  } finally {
    await browser.close();
    const gone = once(server, "exit");
    server.kill();
    await gone;
    rmSync(folder, { recursive: true, force: true });
  }
}

await run();
