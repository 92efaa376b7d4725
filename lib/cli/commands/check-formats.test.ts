import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sarifSchema from "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json" with {
  type: "json",
};
import Ajv from "ajv-draft-04";
import addFormats from "ajv-formats";
import { SaxesParser } from "saxes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runIn } from "../run-in.fixture.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "faultline-formats-"));
  const read = 'create view v as select amount, "a&<b" from orders;\n';
  write("base.sql", `create table orders (id integer, amount integer, "a&<b" varchar);\n${read}`);
  write("head.sql", `create table orders (id integer);\n${read}`);
  write("policy.yaml", "version: formats\nmode: block\n");
  write("waivers.yaml", "waivers: []\n");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const write = (path: string, text: string): void => writeFileSync(join(folder, path), text);

function run(
  format: string,
  {
    head = "head.sql",
    more = [],
  }: { readonly head?: string; readonly more?: readonly string[] } = {},
) {
  const argv = ["check", "--base", "base.sql", "--head", head, "--format", format, ...more];
  return runIn(folder, [...argv, "--policy", "policy.yaml", "--waivers", "waivers.yaml"]);
}

const render = async (format: string, head?: string): Promise<string> =>
  (await run(format, head === undefined ? {} : { head })).out;

/** Excuses the first finding, so that the formats show one. */
async function waiveFirst(): Promise<void> {
  const { findings } = JSON.parse(await render("json")) as {
    readonly findings: readonly { readonly fingerprint: string }[];
  };
  const fingerprint = findings[0]?.fingerprint ?? "";
  expect(fingerprint).not.toBe("");
  write(
    "waivers.yaml",
    `waivers:\n  - {fingerprint: "${fingerprint}", reason: "known & <meant>", approver: core, expires: 2026-04-01}\n`,
  );
}

function checkSarif(text: string): readonly unknown[] {
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats(ajv as never);
  const validate = ajv.compile(sarifSchema);
  validate(JSON.parse(text));
  return validate.errors ?? [];
}

/** What Jenkins' schema of JUnit reports lets an element hold, and which attributes it has to have. */
const JUNIT: Readonly<
  Record<
    string,
    {
      readonly within: readonly string[];
      readonly needs: readonly string[];
      readonly may: readonly string[];
    }
  >
> = {
  testsuites: {
    within: [""],
    needs: [],
    may: ["name", "time", "tests", "failures", "disabled", "errors"],
  },
  testsuite: {
    within: ["testsuites"],
    needs: ["name"],
    may: [
      "tests",
      "failures",
      "errors",
      "time",
      "disabled",
      "skipped",
      "timestamp",
      "hostname",
      "id",
      "package",
      "file",
    ],
  },
  testcase: {
    within: ["testsuite"],
    needs: ["name", "classname"],
    may: ["assertions", "time", "status", "file", "line"],
  },
  skipped: { within: ["testcase"], needs: [], may: ["message", "type"] },
  error: { within: ["testcase"], needs: [], may: ["message", "type"] },
  failure: { within: ["testcase"], needs: [], may: ["message", "type"] },
  "system-out": { within: ["testcase", "testsuite"], needs: [], may: [] },
};

function checkJunit(text: string): readonly string[] {
  const wrong: string[] = [];
  const open: string[] = [];
  const parser = new SaxesParser();
  parser.on("error", ({ message }) => wrong.push(message));
  parser.on("opentag", ({ name, attributes }) => {
    const rule = JUNIT[name];
    const names = Object.keys(attributes);
    if (rule === undefined || !rule.within.includes(open.at(-1) ?? ""))
      wrong.push(`${name} in ${open.at(-1)}`);
    else {
      wrong.push(
        ...rule.needs.filter((one) => !names.includes(one)).map((one) => `${name} lacks ${one}`),
      );
      const known = new Set([...rule.needs, ...rule.may]);
      wrong.push(...names.filter((one) => !known.has(one)).map((one) => `${name} has ${one}`));
    }
    open.push(name);
  });
  parser.on("closetag", () => open.pop());
  parser.write(text).close();
  return wrong;
}

describe("what check writes for other tools", () => {
  it("is valid SARIF 2.1.0 by its schema: with findings, with one waived, and with none", async () => {
    expect(checkSarif(await render("sarif"))).toEqual([]);
    await waiveFirst();
    const waived = await render("sarif");
    expect(waived).toContain('"suppressions"');
    expect(checkSarif(waived)).toEqual([]);
    expect(checkSarif(await render("sarif", "base.sql"))).toEqual([]);
    expect(checkSarif('{"version": "2.1.0"}')).not.toEqual([]);
  });

  it("tells in SARIF what is not known, which has no result of its own", async () => {
    write("unread.sql", "create table orders (id integer);\ncreate view (((\n");
    const sarif = await render("sarif", "unread.sql");
    expect(checkSarif(sarif)).toEqual([]);
    const [{ toolExecutionNotifications: told }] = JSON.parse(sarif).runs[0].invocations;
    const said = told.map(({ message }: { message: { text: string } }) => message.text).join("\n");
    expect(said).toContain("unread.sql:2");
    expect(said).toContain("other teams' readers are in the store");
  });

  it("tells in JUnit, in GitLab's report and beside the pull request what is not known", async () => {
    write("unread.sql", "create table orders (id integer);\ncreate view (((\n");
    const junit = await render("junit", "unread.sql");
    expect(checkJunit(junit)).toEqual([]);
    expect(junit).toMatch(/<testcase name="[^"]*unread\.sql:2[^"]*" classname="Not understood">/);
    expect(junit).toContain("other teams' readers are in the store");
    const issues = JSON.parse(await render("gitlab", "unread.sql"));
    expect(issues).toContainEqual(
      expect.objectContaining({
        check_name: "not_understood",
        description: expect.stringContaining("unread.sql:2"),
      }),
    );
    const prints = issues.map(({ fingerprint }: { fingerprint: string }) => fingerprint);
    expect(new Set(prints).size).toBe(prints.length);
    expect(await render("github", "unread.sql")).toMatch(
      /^::warning title=Faultline: not understood::.*unread\.sql:2/m,
    );
  });

  it.each(["warn", "block"])(
    "is an error of JUnit only where holes in the lineage stop the pipeline (%s)",
    async (incomplete) => {
      const base = readFileSync(join(folder, "base.sql"), "utf8");
      write("unread.sql", `${base}create view (((\n`);
      write("policy.yaml", `version: formats\nmode: block\nincomplete: {mode: ${incomplete}}\n`);
      const { code, out } = await run("junit", { head: "unread.sql" });
      expect(checkJunit(out)).toEqual([]);
      expect(code).toBe(incomplete === "block" ? 3 : 0);
      expect(out.includes("<error")).toBe(code === 3);
      expect(/<testsuites[^>]* errors="1"/.test(out)).toBe(code === 3);
    },
  );

  it("is JUnit as its readers take it: with failures, with one skipped, and with none", async () => {
    const failing = await render("junit");
    expect(failing).toContain("<failure");
    expect(checkJunit(failing)).toEqual([]);
    await waiveFirst();
    const waived = await render("junit");
    expect(waived).toContain("<skipped");
    expect(checkJunit(waived)).toEqual([]);
    expect(checkJunit(await render("junit", "base.sql"))).toEqual([]);
    expect(checkJunit("<testsuites><testcase/></testsuites>")).not.toEqual([]);
  });

  it("is not red while the policy only observes, and tells what it would have blocked", async () => {
    write("policy.yaml", "version: formats\nmode: observe\n");
    const junit = await render("junit");
    expect(junit).toContain('failures="0"');
    expect(junit).toContain("would have been blocked: v: fails");
    expect(checkJunit(junit)).toEqual([]);
    expect(await render("github")).toContain("::warning file=");
    expect(JSON.parse(await render("gitlab"))).toMatchObject([{ severity: "major" }]);
  });

  it.each(["fail", "warn"])(
    "is a whole document that says that nothing was checked where no server answers (%s)",
    async (unreachable) => {
      write("policy.yaml", `version: formats\nunreachable: ${unreachable}\n`);
      const ask = (format: string) => run(format, { more: ["--server", "http://127.0.0.1:9"] });
      const sarif = await ask("sarif");
      expect(sarif.code).toBe(unreachable === "warn" ? 0 : 4);
      expect(checkSarif(sarif.out)).toEqual([]);
      expect(JSON.parse(sarif.out).runs[0].invocations[0].executionSuccessful).toBe(false);
      const junit = (await ask("junit")).out;
      expect(checkJunit(junit)).toEqual([]);
      expect(junit).toContain(unreachable === "warn" ? "<skipped" : "<error");
      expect(JSON.parse((await ask("gitlab")).out)).toMatchObject([{ check_name: "not_checked" }]);
      expect((await ask("markdown")).out).toMatch(
        /^<!-- faultline-check -->\n.*nothing was checked/,
      );
      expect((await ask("github")).out).toMatch(/^::warning title=Faultline::Nothing was checked/);
    },
  );
});
