import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesGlob } from "#lib/kit/match-glob.ts";
import { assetId } from "#lib/model/asset-id.ts";
import type { AssetClaim } from "#lib/model/claim.ts";
import { listIdleRules, ownersOf, parseCodeowners } from "./codeowners.ts";
import { guessTier } from "./guess-tier.ts";
import { applyRules, ruleSchema } from "./rules.ts";

describe("CODEOWNERS", () => {
  const { rules, problems } = parseCodeowners({
    path: "CODEOWNERS",
    text: [
      "* @org/platform # all else",
      "",
      "/models/finance/ @org/finance ops@example.org",
      "*.sql @org/sql",
      "models/**/legacy @org/archive",
      "docs/* @org/writers",
      "/models/open/",
      "[Billing] @org/billing",
      "billing/",
      "!no @x",
    ].join("\n"),
  });
  it.each([
    ["README.md", ["@org/platform"]],
    ["models/finance/readme.md", ["@org/finance", "ops@example.org"]],
    ["models/finance/deep/orders.sql", ["@org/sql"]],
    ["models/a/b/legacy/x.yml", ["@org/archive"]],
    ["models/legacy/x.yml", ["@org/archive"]],
    ["docs/a.md", ["@org/writers"]],
    ["docs/deep/a.md", ["@org/platform"]],
    ["models/open/x.yml", []],
    ["src/billing/x.ts", ["@org/billing"]],
    ["other/models/finance/x.yml", ["@org/platform"]],
  ])("%s belongs to %j", (path, owners) => {
    expect(ownersOf(path, rules)).toEqual(owners);
  });
  it("lines that decide about no file are told, with why", () => {
    const own = parseCodeowners({
      path: "CODEOWNERS",
      text: "* @all\nmodels/old/ @gone\nmodels/a.sql @early\nmodels/*.sql @late",
    }).rules;
    expect(listIdleRules(own, ["README.md", "models/a.sql", "models/b.sql"])).toMatchObject([
      { line: 2, why: "it matches no file" },
      { line: 3, why: "later lines decide about all that it matches, line 4 among them" },
    ]);
    expect(listIdleRules(own, ["a", "models/old/x/y.sql", "models/c.sql"])).toMatchObject([
      { line: 3, why: "it matches no file" },
    ]);
  });
  it("a line decides about a file exactly if the file is nobody else's without the lines after it", () => {
    const part = fc.constantFrom("a", "b", "*", "**", "a*", "?");
    const pattern = fc
      .tuple(fc.array(part, { minLength: 1, maxLength: 3 }), fc.constantFrom("", "/"))
      .map(([parts, end]) => `${parts.join("/")}${end}`);
    const path = fc
      .array(fc.constantFrom("a", "b", "ab"), { minLength: 1, maxLength: 3 })
      .map((parts) => parts.join("/"));
    fc.assert(
      fc.property(
        fc.array(pattern, { maxLength: 5 }),
        fc.array(path, { maxLength: 5 }),
        (patterns, paths) => {
          const lines = patterns.map((one, at) => ({
            pattern: one,
            owners: [`@o${at}`],
            line: at + 1,
          }));
          const idle = listIdleRules(lines, paths).map(({ line }) => line);
          const owners = new Set(paths.flatMap((one) => ownersOf(one, lines)));
          const slow = lines.filter(({ owners: own }) => !owners.has(own[0] ?? ""));
          expect(idle).toEqual(slow.map(({ line }) => line));
        },
      ),
    );
  });
  it("a negated pattern is told with its line", () => {
    expect(problems).toMatchObject([{ code: "wrong-shape", line: 10 }]);
  });
});

describe("globs", () => {
  it("agree with the same pattern as a regular expression", () => {
    const slow = (pattern: string, text: string): boolean => {
      const body = pattern.replace(/\*+|[^*]/g, (part) =>
        part.startsWith("**")
          ? "[^]*"
          : part === "*"
            ? "[^/]*"
            : part === "?"
              ? "[^/]"
              : part.replace(/[.+^${}()|[\]\\/]/g, "\\$&"),
      );
      return new RegExp(`^${body}$`).test(text);
    };
    const text = fc.string({ unit: fc.constantFrom("a", "b", "/", "."), maxLength: 8 });
    const pattern = fc.string({
      unit: fc.constantFrom("a", "b", "/", ".", "*", "?"),
      maxLength: 7,
    });
    fc.assert(
      fc.property(pattern, text, (glob, name) => {
        expect(matchesGlob(glob, name, "/")).toBe(slow(glob, name));
      }),
      { numRuns: 2000, seed: 7 },
    );
  });
  it("a pattern made of stars takes no time", () => {
    expect(matchesGlob("*a".repeat(200), "a".repeat(2000), "/")).toBe(true);
    expect(matchesGlob(`${"*a".repeat(200)}b`, "a".repeat(2000), "/")).toBe(false);
  });
});

const claim = (
  name: string,
  attributes: AssetClaim["attributes"] = {},
  file = "models/x.sql",
): AssetClaim => ({
  asset: assetId("db", name),
  namespace: "db",
  name,
  kind: "table",
  attributes,
  columnsComplete: false,
  edges: [],
  queries: [],
  aliases: [],
  provenance: { file },
});
const rule = (value: unknown) => ruleSchema.parse(value);

describe("rules of domain, owner and tier", () => {
  it("say what no source says, the later rule over the earlier", () => {
    const rules = [
      rule({ schema: "finance", set: { domain: "finance", tier: 2 } }),
      rule({ name: "*.finance.orders", set: { tier: 1 } }),
    ];
    const [orders, other] = applyRules([claim("mesh.finance.orders"), claim("mesh.sales.orders")], {
      rules,
    });
    expect(orders?.attributes).toEqual({ domain: "finance", tier: 1 });
    expect(other?.attributes).toEqual({});
  });
  it("leave what a source says, unless they override it; a guessed tier gives way", () => {
    const set = { domain: "d", tier: 1 };
    const known = claim("a.b", { domain: "own", tier: 3 });
    const guessed = claim("a.b", { tier: 3, tierGuessed: true });
    expect(applyRules([known], { rules: [rule({ name: "b", set })] })[0]?.attributes).toEqual({
      domain: "own",
      tier: 3,
    });
    expect(
      applyRules([known], { rules: [rule({ name: "b", override: true, set })] })[0]?.attributes,
    ).toEqual({ domain: "d", tier: 1 });
    expect(applyRules([guessed], { rules: [rule({ name: "b", set })] })[0]?.attributes).toEqual({
      domain: "d",
      tier: 1,
    });
  });
  it("need all that they name, and one without any condition is about nothing", () => {
    const rules = [
      rule({ kind: "view", name: "b", set: { owner: "x" } }),
      rule({ set: { owner: "y" } }),
    ];
    expect(applyRules([claim("a.b")], { rules })[0]?.attributes).toEqual({});
  });
  it("CODEOWNERS names the owner of what a file declares", () => {
    const codeowners = parseCodeowners({ path: "CODEOWNERS", text: "models/ @org/data" }).rules;
    expect(
      applyRules([claim("a.b"), claim("a.c", { owner: "z" })], { rules: [], codeowners }).map(
        (one) => one.attributes.owner,
      ),
    ).toEqual(["@org/data", "z"]);
  });
  it("a misspelt key is an error, not a rule about everything", () => {
    expect(ruleSchema.safeParse({ nmae: "x", set: {} }).success).toBe(false);
  });
});

describe("guessed tiers", () => {
  it("are marked, and rise with use and with what hangs on the asset", () => {
    expect(guessTier({ kind: "table", attributes: {}, consumers: 0 })).toEqual({
      tier: 4,
      tierGuessed: true,
    });
    expect(guessTier({ kind: "table", attributes: {}, consumers: 8 }).tier).toBe(2);
    expect(
      guessTier({ kind: "dashboard", attributes: { usage: { users30d: 120 } }, consumers: 0 }).tier,
    ).toBe(1);
    expect(
      guessTier({ kind: "report", attributes: { sla: { driver: "regulatory" } }, consumers: 0 })
        .tier,
    ).toBe(1);
  });
});
