import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestServer } from "../server/serve-for-tests.ts";
import { serveForTests } from "../server/serve-for-tests.ts";

/*
 * The command line as people run it: the bundle in a process of its own, in a folder of its own.
 */

const ROOT = join(import.meta.dirname, "..", "..");

const GRAPH = {
  assets: [
    {
      id: "shop.orders",
      kind: "table",
      domain: "checkout",
      owner: "checkout-team",
      tier: 2,
      columns: [
        { name: "id", type: "INTEGER" },
        { name: "amount", type: "INTEGER" },
        { name: "note", type: "VARCHAR" },
      ],
    },
    {
      id: "shop.revenue",
      kind: "table",
      domain: "finance",
      owner: "finance-team",
      queries: [
        {
          name: "build",
          sql: "select id, sum(amount) as total, count(*) as n from shop.orders group by id",
          dialect: "duckdb",
        },
      ],
    },
    {
      id: "board",
      kind: "dashboard",
      domain: "finance",
      owner: "finance-team",
      tier: 1,
      queries: [
        { name: "tile", sql: "select sum(total) as total from shop.revenue", dialect: "duckdb" },
      ],
    },
    {
      id: "order_count",
      kind: "report",
      domain: "support",
      owner: "support-team",
      tier: 3,
      queries: [{ name: "tile", sql: "select count(*) as n from shop.orders", dialect: "duckdb" }],
    },
  ],
  edges: [],
  changes: [{ kind: "drop_column", asset: "shop.orders", column: "amount" }],
};

let bundle: string;
let folder: string;

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(
  args: readonly string[],
  options: {
    readonly input?: string;
    readonly env?: Record<string, string>;
    readonly cwd?: string;
  } = {},
): Promise<Ran> {
  return new Promise((resolve) => {
    const env: NodeJS.ProcessEnv = {
      NODE_ENV: "production",
      PATH: process.env["PATH"] ?? "",
      HOME: folder,
      ...options.env,
    };
    const child = spawn(process.execPath, [join(bundle, "faultline.mjs"), ...args], {
      cwd: options.cwd ?? folder,
      env,
    });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk) => {
      out += chunk;
    });
    child.stderr.on("data", (chunk) => {
      err += chunk;
    });
    child.on("close", (code) => resolve({ code, out, err }));
    child.stdin.end(options.input ?? "");
  });
}

beforeAll(async () => {
  // Below the checkout, because the bundle finds its packages by walking up.
  const cache = join(ROOT, "node_modules", ".cache");
  await mkdir(cache, { recursive: true });
  bundle = await mkdtemp(join(cache, "faultline-cli-"));
  folder = await mkdtemp(join(tmpdir(), "faultline-cli-"));
  await new Promise<void>((resolve, reject) => {
    const child = spawn(process.execPath, [join(ROOT, "scripts", "build-cli.mjs"), bundle], {
      stdio: "inherit",
    });
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`bundling ended with ${code}`)),
    );
  });
  await writeFile(join(folder, "mesh.json"), JSON.stringify(GRAPH));
});

afterAll(async () => {
  await rm(bundle, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
});

type Verdicts = {
  verdicts: { asset: { name: string }; verdict: string; certainty: string | null }[];
};

const verdictsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    (JSON.parse(text) as Verdicts).verdicts.map(({ asset, verdict }) => [asset.name, verdict]),
  );

describe("what cannot be meant ends with 2", () => {
  it.each([
    ["a backup onto a file that is there", ["backup", "mesh.json"]],
    ["a restore of what is no store", ["restore", "mesh.json"]],
    ["a restore of a file that is not there", ["restore", "nofile.db"]],
    ["a time for files", ["impact", "--from", "mesh.json", "--at", "1"]],
  ])("%s", async (_what, args) => {
    expect((await run(["ingest", "mesh.json", "--store", "file:two"])).code).toBe(0);
    const ran = await run([...args, ...(args[0] === "impact" ? [] : ["--store", "file:two"])]);
    expect([ran.code, ran.err]).toEqual([
      2,
      expect.stringMatching(/exists already|no store|does not exist|--at/),
    ]);
  });
});

describe("ingest of several paths", () => {
  it("keeps what is there when one is not, which is a problem of its own", async () => {
    const ran = await run([
      ...["ingest", "mesh.json", "nofile.json", "--format", "json"],
      ...["--store", "file:several", "--dry-run"],
    ]);
    expect(ran.code).toBe(0);
    const report = JSON.parse(ran.out);
    expect(report.assets).toBeGreaterThan(2);
    expect(report.problems).toMatchObject([{ code: "unreadable-file", file: "nofile.json" }]);
    expect((await run(["ingest", "nofile.json", "nor-this"])).code).toBe(2);
  });
});

describe("impact --from files", () => {
  it("judges the change that the file brings along, and says nothing else on stdout", async () => {
    const { code, out } = await run(["impact", "--from", "mesh.json", "--format", "json"]);
    expect(code).toBe(0);
    expect(verdictsOf(out)).toEqual({
      "shop.revenue": "breaks_loudly",
      board: "degraded",
      order_count: "unaffected",
    });
  });

  it("judges what is typed, in text that a person reads", async () => {
    const { code, out } = await run([
      "impact",
      "orders.amount",
      "--change",
      "unit_or_meaning_changed",
      "--from",
      "mesh.json",
    ]);
    expect(code).toBe(0);
    expect(out).toContain("silently wrong");
    expect(out).toContain("Tell: finance-team");
  });

  it("gives REF back that an option before it has taken", async () => {
    const after = await run([
      "impact",
      "--from",
      "mesh.json",
      "--change",
      "drop_column",
      "orders.amount",
      "--format",
      "json",
    ]);
    expect(verdictsOf(after.out)).toMatchObject({ board: "degraded" });
    const behind = await run([
      "impact",
      "--from",
      "mesh.json",
      "orders.amount",
      "--format",
      "json",
    ]);
    expect(behind.out).toBe(after.out);
  });

  it("answers change by change with --each, errors in their place", async () => {
    const changes = [
      { kind: "drop_column", asset: "orders", column: "amount" },
      { kind: "drop_column", asset: "orders", column: "amuont" },
      { kind: "drop_column", asset: "orders", column: "note" },
    ];
    await writeFile(join(folder, "changes.json"), JSON.stringify({ changes }));
    const { code, out, err } = await run([
      "impact",
      "--from",
      "mesh.json",
      "--changes",
      "changes.json",
      "--each",
      "--format",
      "json",
    ]);
    const { results } = JSON.parse(out) as { results: Record<string, unknown>[] };
    expect(results.map((result) => "error" in result)).toEqual([false, true, false]);
    expect(results[1]).toMatchObject({
      error: { code: "unknown-column" },
      change: { column: "amuont" },
    });
    expect(code).toBe(0);
    expect(err).toContain("amount");
  });

  it("ends with 2 when no change names anything known, and says what may have been meant", async () => {
    const { code, err } = await run(["impact", "orders.amonut", "--from", "mesh.json"]);
    expect(code).toBe(2);
    expect(err).toContain("did you mean");
    expect(err).toContain("amount");
  });

  it("explains one asset, step by step", async () => {
    const { out } = await run([
      "impact",
      "orders.amount",
      "--from",
      "mesh.json",
      "--explain",
      "shop.revenue",
    ]);
    expect(out).toContain("col:shop.orders.amount");
    expect(out).toContain("Every step:");
    expect(out).not.toContain("order_count");
    // What the whole change does stands above, not what it does to this one.
    const whole = await run(["impact", "orders.amount", "--from", "mesh.json"]);
    expect(out.split("\n").slice(0, 3)).toEqual(whole.out.split("\n").slice(0, 3));
    const json = await run([
      "impact",
      "orders.amount",
      "--from",
      "mesh.json",
      "--explain",
      "shop.revenue",
      "--format",
      "json",
    ]);
    expect(JSON.parse(json.out).trace[0]).toMatchObject({
      node: "col:shop.orders.amount",
      steps: [],
    });
    expect(
      (await run(["impact", "orders.amount", "--from", "mesh.json", "--explain", "nobody"])).code,
    ).toBe(2);
  });

  it("answers a file of scenarios one by one", async () => {
    await writeFile(
      join(folder, "scenarios.json"),
      JSON.stringify({
        scenarios: [
          { id: "A", ...GRAPH },
          { id: "B", ...GRAPH },
        ],
      }),
    );
    const { out } = await run(["impact", "--from", "scenarios.json", "--format", "json"]);
    const { results } = JSON.parse(out) as { results: Verdicts[] };
    expect(results).toHaveLength(2);
    expect(results.map(({ verdicts }) => verdicts.length)).toEqual([3, 3]);
  });

  it("writes CSV and Markdown", async () => {
    const csv = await run(["impact", "orders.amount", "--from", "mesh.json", "--format", "csv"]);
    expect(csv.out.split("\n")[0]).toContain("verdict");
    expect(csv.out).toContain("board");
    const markdown = await run([
      "impact",
      "orders.amount",
      "--from",
      "mesh.json",
      "--format",
      "markdown",
    ]);
    expect(markdown.out).toContain("# ");
  });
});

describe("first mistakes", () => {
  it("an unknown command is answered with the one that was meant, and 2", async () => {
    const { code, err } = await run(["imapct"]);
    expect(code).toBe(2);
    expect(err).toContain("impact");
  });

  it("an unknown kind of change is answered with those that sound alike", async () => {
    const { code, err } = await run([
      "impact",
      "orders.amount",
      "--from",
      "mesh.json",
      "--change",
      "drop_colum",
    ]);
    expect(code).toBe(2);
    expect(err).toContain("drop_column");
  });

  it("a file that is not there, an unknown option, no store: each 2 with a next step", async () => {
    for (const args of [
      ["ingest", "nothing-here"],
      ["impact", "--changes", "no.json", "--from", "mesh.json"],
      ["ingest", "mesh.json", "--storre", "x"],
      ["impact", "a.b", "--store", `file:${folder}/empty`],
    ]) {
      const { code, out, err } = await run(args);
      expect(code, args.join(" ")).toBe(2);
      expect(out).toBe("");
      expect(err).not.toBe("");
    }
  });

  it("a server or a store that does not answer is 4", async () => {
    const server = await run(["impact", "orders.amount", "--server", "http://127.0.0.1:9"]);
    expect(server.code).toBe(4);
    expect(server.err).toContain("server-unreachable");
    const store = await run(["impact", "orders.amount", "--store", "bolt://127.0.0.1:9"], {
      env: { NEO4J_USERNAME: "neo4j", NEO4J_PASSWORD: "x" },
    });
    expect(store.code).toBe(4);
  });

  it("help and the version are answers, not errors", async () => {
    expect(await run(["--help"])).toMatchObject({ code: 0, err: "" });
    expect((await run(["--version"])).out).toMatch(/^\d+\.\d+\.\d+/);
  });
});

describe("a store", () => {
  const store = () => ["--store", `file:${folder}/store`];

  it("is filled once: the same again writes nothing", async () => {
    const first = JSON.parse(
      (await run(["ingest", "mesh.json", "--format", "json", ...store()])).out,
    ) as Record<string, unknown>;
    expect(first).toMatchObject({ assets: 4, unresolved: 0, version: 1 });
    const second = JSON.parse(
      (await run(["ingest", "mesh.json", "--format", "json", ...store()])).out,
    ) as Record<string, unknown>;
    expect(second).toMatchObject({ version: 1, written: 0 });
  });

  it("gives the same answer as the file", async () => {
    const fromFile = await run([
      "impact",
      "orders.amount",
      "--from",
      "mesh.json",
      "--format",
      "json",
    ]);
    const fromStore = await run(["impact", "orders.amount", "--format", "json", ...store()]);
    expect(fromStore.out).toBe(fromFile.out);
  });

  it("answers as it was", async () => {
    const changed = { ...GRAPH, assets: GRAPH.assets.filter(({ id }) => id !== "board") };
    await mkdir(join(folder, "later"), { recursive: true });
    await writeFile(join(folder, "later", "mesh.json"), JSON.stringify(changed));
    await run(["ingest", "mesh.json", ...store()], { cwd: join(folder, "later") });
    const now = await run(["impact", "orders.amount", "--format", "json", ...store()]);
    const then = await run([
      "impact",
      "orders.amount",
      "--format",
      "json",
      "--at",
      "1",
      ...store(),
    ]);
    expect(verdictsOf(then.out)).toHaveProperty("board");
    expect(now.out).not.toBe("");
    expect((await run(["impact", "orders.amount", "--at", "yesterdayish", ...store()])).code).toBe(
      2,
    );
  });

  it("is exported as a graph file that judges the same", async () => {
    const early = await run(["triage", "orders", "--at", "2001-01-01T00:00:00Z", ...store()]);
    expect(early.err).toMatch(/held nothing yet at .*begins with version 1, at 20\d\d-/);
    const exported = await run(["export", "--at", "1", ...store()]);
    await writeFile(join(folder, "exported.json"), exported.out);
    const again = await run([
      "impact",
      "shop.orders.amount",
      "--from",
      "exported.json",
      "--format",
      "json",
    ]);
    const before = await run([
      "impact",
      "shop.orders.amount",
      "--from",
      "mesh.json",
      "--format",
      "json",
    ]);
    expect(verdictsOf(again.out)).toEqual(verdictsOf(before.out));
    const events = JSON.parse(
      (await run(["export", "--kind", "openlineage", ...store()])).out,
    ) as unknown[];
    expect(events.length).toBeGreaterThan(0);
    expect((await run(["export", "--kind", "pictures", ...store()])).code).toBe(2);
  });

  it("exports an answer just as impact gives it", async () => {
    const question = ["orders.amount", "--at", "1", ...store()];
    const exported = await run(["export", "--kind", "impact", ...question]);
    const asked = await run(["impact", ...question, "--format", "json"]);
    expect(exported).toEqual(asked);
    expect(verdictsOf(exported.out)).toHaveProperty("board");
    const csv = await run(["export", "--kind", "impact", ...question, "--format", "csv"]);
    expect(csv.out.split("\n")[0]).toContain("verdict");
  });

  it("is backed up and restored", async () => {
    expect((await run(["backup", "copy.db", ...store()])).code).toBe(0);
    expect((await run(["backup", "copy.db", ...store()])).code).not.toBe(0);
    expect((await run(["restore", "copy.db", "--store", `file:${folder}/restored`])).code).toBe(0);
    const here = await run(["export", ...store()]);
    const there = await run(["export", "--store", `file:${folder}/restored`]);
    expect(there.out).toBe(here.out);
  });

  it("keeps tokens by their hash alone", async () => {
    const made = await run([
      "token",
      "create",
      "ci",
      "--scope",
      "read",
      "--domain",
      "checkout",
      ...store(),
    ]);
    const token = made.out.trim();
    expect(token).toMatch(/^flt_/);
    const bytes = await readFile(join(folder, "store", "faultline.db"), "latin1");
    expect(bytes).not.toContain(token);
    expect((await run(["token", "list", ...store()])).out).toContain("checkout");
    expect((await run(["token", "create", "x", "--scope", "root", ...store()])).code).toBe(2);
    expect((await run(["token", "revoke", "ci", ...store()])).code).toBe(0);
    expect((await run(["token", "list", ...store()])).out).toBe("");
  });
});

describe("a server instead of a store", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await serveForTests({
      FAULTLINE_STORE: `file:${folder}/served`,
      FAULTLINE_CONFIG: join(folder, "none.yaml"),
    });
  });
  afterAll(() => server.stop());

  it("takes files and gives answers that equal the local ones byte for byte", async () => {
    const env = { FAULTLINE_URL: server.url };
    const sent = await run(["ingest", "mesh.json", "--format", "json"], { env });
    const local = await run([
      "ingest",
      "mesh.json",
      "--format",
      "json",
      "--store",
      `file:${folder}/local`,
    ]);
    expect(sent.out).toBe(local.out);
    for (const args of [
      ["impact", "orders.amount", "--format", "json"],
      ["impact", "orders.amount", "--change", "unit_or_meaning_changed"],
      ["impact", "orders.amount", "--format", "csv"],
      ["impact", "--changes", "changes.json", "--each", "--format", "json"],
      ["impact", "orders.amonut"],
      ["impact", "orders.amount", "--materialize", "table", "--format", "json"],
      ["impact", "orders.amount", "--at", "1", "--format", "json"],
      ["export"],
    ]) {
      const there = await run(args, { env });
      const here = await run([...args, "--store", `file:${folder}/local`]);
      expect(there, args.join(" ")).toEqual(here);
    }
  });
});

describe("lineage of one statement", () => {
  it("prints sources and influences", async () => {
    await writeFile(
      join(folder, "schema.json"),
      JSON.stringify({ orders: { id: "INTEGER", amount: "INTEGER", status: "VARCHAR" } }),
    );
    const { code, out } = await run(
      ["lineage", "-", "--dialect", "duckdb", "--schema", "schema.json", "--format", "json"],
      {
        input: "select id, sum(amount) as total from orders where status = 'paid' group by id",
      },
    );
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      outputs: [
        { name: "id", sources: [{ table: "orders", column: "id", use: "IDENTITY" }] },
        { name: "total", sources: [{ table: "orders", column: "amount", use: "AGG_SUM" }] },
      ],
      influences: expect.arrayContaining([
        { table: "orders", column: "status", use: "FILTER" },
        { table: "orders", column: "id", use: "GROUP_BY" },
      ]),
      problems: [],
    });
  });
});

describe("init", () => {
  it("finds what is there, writes faultline.yaml, and says what to connect next", async () => {
    const root = join(folder, "fresh");
    await mkdir(root, { recursive: true });
    await writeFile(join(root, "mesh.json"), JSON.stringify(GRAPH));
    const { code, out, err } = await run(["init"], { cwd: root });
    expect(err).toContain("mesh.json");
    expect(code).toBe(0);
    expect(out).toContain("4 assets");
    expect(out).toContain("Try: faultline impact");
    const config = await readFile(join(root, "faultline.yaml"), "utf8");
    expect(config).toContain("mesh.json");
    await run(["init"], { cwd: root });
    expect(await readFile(join(root, "faultline.yaml"), "utf8")).toBe(config);
    expect(existsSync(join(root, ".faultline"))).toBe(true);
  });

  it("gives the same as JSON, from a folder above, and tells how to go on from there", async () => {
    const root = join(folder, "above", "mesh");
    await mkdir(root, { recursive: true });
    await writeFile(join(root, "mesh.json"), JSON.stringify(GRAPH));
    const cwd = join(folder, "above");
    const known = JSON.parse((await run(["init", "mesh", "--format", "json"], { cwd })).out);
    expect(known).toMatchObject({
      assets: 4,
      consumers: 2,
      domains: ["checkout", "finance", "support"],
      withoutLineage: [],
      guessedTiers: 1,
      columnShare: 1,
      sources: [{ kind: "graph" }],
    });
    expect(known.riskiest.length).toBeGreaterThan(0);
    const again = await run(["init", "mesh"], { cwd });
    expect(again.err).toContain("stays as it is");
    expect(again.out).toContain(`Try: cd mesh && faultline impact ${known.example}`);
    expect(existsSync(join(cwd, ".faultline"))).toBe(false);
    const inside = join(root, "deeper");
    await mkdir(inside);
    expect((await run(["impact", known.example], { cwd: inside })).code).toBe(0);
    expect(existsSync(join(inside, ".faultline"))).toBe(false);
  });

  it("an ingest below a faultline.yaml follows what it says of the source and guesses tiers", async () => {
    const root = join(folder, "below");
    await mkdir(join(root, "ddl"), { recursive: true });
    await writeFile(join(root, "ddl", "t.sql"), "create table shop.orders (id int);");
    await writeFile(join(root, "faultline.yaml"), "sources: [{path: ddl, domain: retail}]\n");
    const cwd = join(root, "ddl");
    const store = join(root, "store");
    expect((await run(["ingest", ".", "--store", `file:${store}`], { cwd })).code).toBe(0);
    const { assets } = JSON.parse(
      (await run(["export", "--store", `file:${store}`], { cwd })).out,
    ) as {
      assets: Record<string, unknown>[];
    };
    expect(assets).toMatchObject([{ domain: "retail", tier: 4, tierGuessed: true }]);
  });

  it("says domains and owners by the rules of faultline.yaml, and takes them back with the rule", async () => {
    const root = join(folder, "ruled");
    await mkdir(root, { recursive: true });
    const bare = { assets: GRAPH.assets.map(({ domain: _, owner: __, ...rest }) => rest) };
    await writeFile(join(root, "mesh.json"), JSON.stringify(bare));
    const rules =
      'domains: {retail: {owner: retail-team}}\nrules:\n  - name: "shop.*"\n    set: {domain: retail, tier: 2}\n';
    await writeFile(join(root, "faultline.yaml"), rules);
    await run(["ingest", "mesh.json"], { cwd: root });
    const { assets } = JSON.parse((await run(["export"], { cwd: root })).out) as {
      assets: Record<string, unknown>[];
    };
    expect(assets.find(({ id }) => id === "shop.orders")).toMatchObject({
      domain: "retail",
      owner: "retail-team",
      tier: 2,
    });
    expect(assets.find(({ id }) => id === "board")).not.toHaveProperty("domain");
    await writeFile(join(root, "faultline.yaml"), "rules: []\n");
    await run(["ingest", "mesh.json"], { cwd: root });
    expect((await run(["export"], { cwd: root })).out).not.toContain("retail");
  });

  it("says so where nothing is found", async () => {
    const root = join(folder, "bare");
    await mkdir(root, { recursive: true });
    const { code, err } = await run(["init"], { cwd: root });
    expect(code).toBe(2);
    expect(err).toContain("serve --demo");
    expect(existsSync(join(root, "faultline.yaml"))).toBe(false);
  });

  it("says what would make a dbt project or a database readable, where that is all there is", async () => {
    const root = join(folder, "unbuilt");
    await mkdir(root, { recursive: true });
    const env = { DATABASE_URL: "postgres://me:secret@127.0.0.1:5/shop" };
    const database = await run(["init"], { cwd: root, env });
    expect(database.err).toMatch(/next: .*faultline ingest .*faultline profile/);
    expect(database.err).not.toContain("secret");
    await writeFile(join(root, "dbt_project.yml"), "name: shop\nprofile: shop\n");
    expect((await run(["init"], { cwd: root })).err).toMatch(/next: .*dbt compile/);
  });
});

describe("serve", () => {
  it("refuses an address that others reach, as long as nobody has to say who they are", async () => {
    const { code, err } = await run([
      "serve",
      "--host",
      "0.0.0.0",
      "--port",
      "0",
      "--store",
      `file:${folder}/open`,
    ]);
    expect(code).toBe(2);
    expect(err).toContain("faultline token create");
  });

  it("says that a port is taken, and which to try", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const { code, err } = await run([
      "serve",
      "--port",
      String(port),
      "--store",
      `file:${folder}/busy`,
    ]);
    await new Promise((resolve) => other.close(resolve));
    expect(code).toBe(2);
    expect(err).toContain(`${port}`);
    expect(err).toContain("--port");
  });
});

describe("what cannot be asked", () => {
  it("is refused with the exit code for bad usage and the next step", async () => {
    const store = `file:${join(folder, "asked")}`;
    await run(["ingest", "mesh.json", "--store", store]);
    for (const args of [
      ["impact", "--store", store],
      ["impact", "orders.amount", "--store", "wibble://x"],
      ["impact", "orders.amount", "--store", store, "--at=999"],
      ["impact", "orders.amount", "--store", store, "--at=-5"],
      ["impact", "orders.amount", "--store", store, "--at=2001-01-01T00:00:00Z"],
      ["impact", "orders.amount", "--store", `file:${join(folder, "nobody-made-it")}`],
    ]) {
      const { code, out, err } = await run(args);
      expect([code, out]).toEqual([2, ""]);
      expect(err).toContain("next:");
    }
    expect(existsSync(join(folder, "nobody-made-it"))).toBe(false);
  });

  it("is refused where the SQL dialect is not known, with the list, before anything is read", async () => {
    const store = `file:${join(folder, "dialects")}`;
    for (const args of [
      ["lineage", "-", "--dialect", "postgers", "--format", "json"],
      ["ingest", "mesh.json", "--dialect", "postgers", "--store", store],
    ]) {
      const { code, out, err } = await run(args, { input: "select 1 as a" });
      expect([code, out]).toEqual([2, ""]);
      expect(err).toContain("[bad-usage]");
      expect(err).toMatch(/did you mean:\n\s+postgres\n/);
      expect(err).toMatch(/next: .*duckdb, postgres, .*trino/);
    }
  });
});
