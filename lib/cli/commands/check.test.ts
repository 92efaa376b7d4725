import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CheckAnswer } from "#lib/usecases/gate/run-check.ts";
import { runIn } from "../run-in.fixture.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "faultline-gate-"));
  write(
    "base.sql",
    `${ORDERS}create view v as select amount from orders;\ncreate view w as select amount * 2 as twice from v;\n`,
  );
  write(
    "head.sql",
    'create table orders (id integer, "a&<b" varchar);\ncreate view v as select amount from orders;\ncreate view w as select amount * 2 as twice from v;\n',
  );
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const ORDERS = 'create table orders (id integer, amount integer, "a&<b" varchar);\n';

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const run = (...argv: readonly string[]) => runIn(folder, ["check", ...argv]);

const STATES = ["--base", "base.sql", "--head", "head.sql"] as const;

async function answer(...argv: readonly string[]): Promise<CheckAnswer> {
  const { out } = await run(...STATES, "--format", "json", ...argv);
  return JSON.parse(out) as CheckAnswer;
}

describe("two versions of a data contract", () => {
  const contract = (...properties: readonly string[]): string =>
    `apiVersion: v3.1.0\nkind: DataContract\nid: orders\nstatus: active\nschema:\n  - name: orders\n    properties:\n${properties.map((name) => `      - {name: ${name}, logicalType: integer}\n`).join("")}`;

  it("differ by the properties that go, whoever reads them; their order says nothing", async () => {
    write("one.yaml", contract("id", "amount"));
    write("less.yaml", contract("id"));
    write("turned.yaml", contract("amount", "id"));
    const store = ["--store", `file:${folder}/store`];
    expect(
      (await runIn(folder, ["ingest", "base.sql", "--dialect", "duckdb", ...store])).code,
    ).toBe(0);
    const check = async (head: string) =>
      run("--base", "one.yaml", "--head", head, "--fail-on", "loud", "--format", "json", ...store);
    const less = await check("less.yaml");
    expect(less.code).toBe(1);
    const { changes, findings } = JSON.parse(less.out) as CheckAnswer;
    expect(changes).toMatchObject([{ kind: "drop_column", column: "amount", file: "less.yaml" }]);
    expect(findings.map(({ asset }) => asset.shortName)).toContain("v");
    const turned = await check("turned.yaml");
    expect([turned.code, (JSON.parse(turned.out) as CheckAnswer).changes]).toEqual([0, []]);
  });
});

describe("the exit code", () => {
  it("observes by default, and blocks where a level is asked for", async () => {
    expect((await run(...STATES)).code).toBe(0);
    expect((await run(...STATES, "--fail-on", "loud")).code).toBe(1);
    expect((await run(...STATES, "--fail-on", "none")).code).toBe(0);
    expect((await run(...STATES, "--fail-on", "loud", "--min-tier", "1")).code).toBe(0);
  });

  it.each([
    [["--base", "base.sql"], "give --base and --head"],
    [[...STATES, "--fail-on", "everything"], "loud, silent, degraded, none"],
    [[...STATES, "--min-tier", "9"], "not 1, 2, 3 or 4"],
    [[...STATES, "--min-certainty", "sure"], "certain, likely, possible"],
    [[...STATES, "--format", "xml"], "is not one of"],
    [[...STATES, "--rename", "amount"], "orders.amount=total"],
    [[...STATES, "--policy", "nowhere.yaml"], "there is no file"],
    [["--base", "base.sql", "--head", "nowhere"], "no asset was found"],
  ])("bad usage is 2: %j", async (argv, says) => {
    const { code, err } = await run(...argv);
    expect(code).toBe(2);
    expect(err).toContain(says);
  });

  it("a server that does not answer is 4, or a warning where the policy says so", async () => {
    const away = [...STATES, "--server", "http://127.0.0.1:9"];
    expect((await run(...away)).code).toBe(4);
    write("faultline.policy.yaml", "version: t\nunreachable: warn\n");
    const warned = await run(...away);
    expect(warned.code).toBe(0);
    expect(warned.err).toContain("Nothing was checked");
  });
});

describe("policy and waivers", () => {
  it("shortly before days off, what may be silently wrong for tier 1 waits for a name", async () => {
    const state = (least: number) =>
      JSON.stringify({
        assets: [
          { id: "orders", kind: "table", columns: [{ name: "id" }, { name: "amount" }] },
          {
            id: "paid",
            kind: "table",
            queries: [{ name: "q", sql: `select id, amount from orders where amount > ${least}` }],
          },
          {
            id: "board",
            kind: "dashboard",
            tier: 1,
            queries: [{ name: "q", sql: "select sum(amount) as total from paid" }],
          },
        ],
      });
    write("base/mesh.json", state(0));
    write("head/mesh.json", state(5));
    write(
      "faultline.policy.yaml",
      "version: t\nmode: block\nmin_tier: 4\nmin_certainty: certain\nlast_hours: {hours: 24, day_ends: '18:00', days_off: [2026-03-04]}\n",
    );
    const states = ["--base", "base", "--head", "head"];
    const stopped = await run(...states);
    expect(stopped.out).toContain("name who is on call with --on-call");
    expect(stopped.code).toBe(1);
    const named = await run(...states, "--on-call", "data on-call", "--format", "json");
    expect(JSON.parse(named.out)).toMatchObject({
      onCall: { needed: true, named: "data on-call" },
    });
  });

  it("rules for a domain that nothing is of are told of, since they block nothing", async () => {
    const table = (columns: readonly string[]) =>
      JSON.stringify({
        assets: [
          { id: "t", kind: "table", domain: "grid", columns: columns.map((name) => ({ name })) },
        ],
      });
    write("base/mesh.json", table(["a", "b"]));
    write("head/mesh.json", table(["a"]));
    write(
      "faultline.policy.yaml",
      "version: t\ndomains: {gird: {mode: block}, grid: {mode: block}}\n",
    );
    const { out } = await run("--base", "base", "--head", "head");
    expect(out).toContain("rules for the domain gird do nothing");
    expect(out).not.toContain("domain grid");
  });

  it("the version of the policy stands in the answer, and its rules decide", async () => {
    write("faultline.policy.yaml", "version: acme-7\nmode: block\nfail_on: loud\n");
    expect(await answer()).toMatchObject({ policy: "acme-7", outcome: "blocked", exitCode: 1 });
  });

  it.each([
    [
      "a key that is not known",
      "faultline.policy.yaml",
      "version: 1\nfail_onn: loud\n",
      "fail_onn",
    ],
    ["a level that is none", "faultline.policy.yaml", "version: 1\nfail_on: all\n", "fail_on"],
    [
      "a policy without a version",
      "faultline.policy.yaml",
      "mode: block\n",
      "`version`: is missing",
    ],
    [
      "a waiver without an end",
      "faultline.waivers.yaml",
      "waivers:\n  - {fingerprint: a, reason: r, approver: t}\n",
      "`waivers.0.expires`: is missing",
    ],
    [
      "a waiver that ends on no day of the calendar",
      "faultline.waivers.yaml",
      "waivers:\n  - {fingerprint: a, reason: r, approver: t, expires: 2026-02-30}\n",
      "`waivers.0.expires`: is no date",
    ],
    [
      "a waiver that is created in years and holds until then",
      "faultline.waivers.yaml",
      "waivers:\n  - {fingerprint: a, reason: r, approver: t, created: 2040-01-01, expires: 2040-03-01}\n",
      "waivers.0: was created on 2040-01-01, which is to come",
    ],
    [
      "a waiver that ends before it was created",
      "faultline.waivers.yaml",
      "waivers:\n  - {fingerprint: a, reason: r, approver: t, created: 2026-02-01, expires: 2026-01-01}\n",
      "before it was created",
    ],
    [
      "a waiver for no reason",
      "faultline.waivers.yaml",
      'waivers:\n  - {fingerprint: a, reason: " ", approver: t, expires: 2026-04-01}\n',
      "`waivers.0.reason`: is empty",
    ],
    [
      "a waiver that never ends",
      "faultline.waivers.yaml",
      "waivers:\n  - {fingerprint: a, reason: r, approver: t, expires: 2026-08-01}\n",
      "90 at most",
    ],
    [
      "a waiver of nothing",
      "faultline.waivers.yaml",
      "waivers:\n  - {reason: r, approver: t, expires: 2026-04-01}\n",
      "either a fingerprint or a selector",
    ],
  ])("%s is an error with its place", async (_what, file, text, says) => {
    write(file, text);
    const { code, err } = await run(...STATES);
    expect(code).toBe(2);
    expect(err).toContain(says);
  });

  it("a waived finding does not block, and an unused waiver is a warning", async () => {
    const { findings } = await answer();
    const lines = findings.map(
      ({ fingerprint }) =>
        `  - {fingerprint: "${fingerprint}", reason: r, approver: t, expires: 2026-04-01}`,
    );
    write(
      "faultline.waivers.yaml",
      `waivers:\n${lines.join("\n")}\n  - {selector: nothing, reason: r, approver: t, expires: 2026-04-01}\n`,
    );
    const { code, out } = await run(...STATES, "--fail-on", "silent");
    expect(code).toBe(0);
    expect(out).toContain("The waiver of nothing excuses nothing any more.");
  });
});

it("a policy that init wrote is taken as it is", async () => {
  const codes: number[] = [];
  for (const argv of [
    ["policy", "init"],
    ["check", ...STATES],
    ["policy", "init"],
  ])
    codes.push((await runIn(folder, argv)).code);
  expect(codes).toEqual([0, 0, 2]);
});

describe("formats", () => {
  it("all of them name the same findings", async () => {
    const { findings } = await answer();
    expect(findings.length).toBeGreaterThan(0);
    const names = findings.map(({ asset }) => asset.shortName);
    for (const format of ["text", "markdown", "sarif", "junit", "github", "gitlab"]) {
      const { out } = await run(...STATES, "--format", format);
      for (const name of names) expect(out, format).toContain(name);
    }
    const { out } = await run(...STATES, "--format", "sarif");
    const results = (JSON.parse(out) as Sarif).runs[0]?.results ?? [];
    expect(results.map((one) => one.partialFingerprints["faultline/v1"])).toEqual(
      findings.map(({ fingerprint }) => fingerprint),
    );
  });

  interface Sarif {
    readonly version: string;
    readonly $schema: string;
    readonly runs: readonly {
      readonly tool: {
        readonly driver: {
          readonly name: string;
          readonly rules: readonly { readonly id: string }[];
        };
      };
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly level: string;
        readonly message: { readonly text: string };
        readonly partialFingerprints: Readonly<Record<string, string>>;
        readonly locations: readonly {
          readonly physicalLocation?: {
            readonly artifactLocation: { readonly uri: string };
            readonly region?: { readonly startLine: number };
          };
        }[];
        readonly suppressions?: readonly {
          readonly kind: string;
          readonly status: string;
          readonly justification: string;
        }[];
      }[];
    }[];
  }

  it("SARIF has what version 2.1.0 requires: rules by their index, levels, relative paths, lines from 1", async () => {
    const { findings } = await answer();
    const [first] = findings;
    write(
      "faultline.waivers.yaml",
      `waivers:\n  - {fingerprint: "${first?.fingerprint}", reason: retired, approver: t, expires: 2026-04-01}\n`,
    );
    const log = JSON.parse((await run(...STATES, "--format", "sarif")).out) as Sarif;
    expect(log.version).toBe("2.1.0");
    const [only] = log.runs;
    const rules = only?.tool.driver.rules ?? [];
    expect(rules.map(({ id }) => id)).toEqual([
      "breaks_silently",
      "breaks_loudly",
      "degraded",
      "unknown",
    ]);
    for (const result of only?.results ?? []) {
      expect(rules[result.ruleIndex]?.id).toBe(result.ruleId);
      expect(["none", "note", "warning", "error"]).toContain(result.level);
      expect(result.message.text).not.toBe("");
      for (const { physicalLocation } of result.locations) {
        expect(physicalLocation?.artifactLocation.uri).toMatch(/^[^/].*/);
        expect(physicalLocation?.region?.startLine ?? 1).toBeGreaterThan(0);
      }
    }
    expect(only?.results[0]?.suppressions).toEqual([
      { kind: "external", status: "accepted", justification: "retired" },
    ]);
  });

  it("JUnit counts its cases, and its text is XML", async () => {
    const { out } = await run(...STATES, "--format", "junit", "--fail-on", "loud");
    const count = (pattern: RegExp): number => (out.match(pattern) ?? []).length;
    expect(out.startsWith('<?xml version="1.0" encoding="UTF-8"?>')).toBe(true);
    expect(Number(/<testsuites [^>]*tests="(\d+)"/.exec(out)?.[1])).toBe(count(/<testcase /g));
    expect(Number(/<testsuites [^>]*failures="(\d+)"/.exec(out)?.[1])).toBe(count(/<failure /g));
    expect(count(/<failure /g)).toBeGreaterThan(0);
    expect(count(/<testsuite /g)).toBe(count(/<\/testsuite>/g));
    expect(out.replace(/&(?:amp|lt|gt|quot);/g, "")).not.toContain("&");
  });

  it("the comment has its mark, at most ten rows, the owners and the way to waive", async () => {
    const readers = Array.from(
      { length: 14 },
      (_, at) => `create view r${at} as select amount from orders;`,
    ).join("\n");
    write("base.sql", `${ORDERS}${readers}\n`);
    write("head.sql", `create table orders (id integer);\n${readers}\n`);
    const { out } = await run(...STATES, "--format", "markdown");
    expect(out.startsWith("<!-- faultline-check -->\n")).toBe(true);
    expect(out.match(/^\| 🛑/gm)).toHaveLength(10);
    expect(out).toContain("… and 4 more.");
    expect(out).toContain("<details><summary>Why</summary>");
    expect(out).toContain("How to waive a finding");
  });

  it("annotations point at the file and line that changed", async () => {
    const { out } = await run(...STATES, "--format", "github", "--fail-on", "loud");
    expect(out).toMatch(/^::error file=head\.sql,line=\d+,title=[^:]+::/m);
    const issues = JSON.parse((await run(...STATES, "--format", "gitlab")).out) as readonly {
      readonly fingerprint: string;
      readonly severity: string;
      readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
    }[];
    for (const issue of issues) {
      expect(issue.location).toMatchObject({ path: "head.sql" });
      expect(issue.location.lines.begin).toBeGreaterThan(0);
      expect(["info", "minor", "major", "critical", "blocker"]).toContain(issue.severity);
    }
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
  });

  it("what must be built again is written as dbt's --select takes it", async () => {
    await run(...STATES, "--select-out", "select.txt");
    expect(readFileSync(join(folder, "select.txt"), "utf8")).toBe("\n");
  });
});
