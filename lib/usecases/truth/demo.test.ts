import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import type { Snapshot } from "#lib/graph/snapshot.ts";
import { assessChanges, isChangeError } from "#lib/impact/assess-change.ts";
import type { AssetVerdict, Verdict } from "#lib/impact/assessment.ts";
import type { ChangeInput } from "#lib/impact/change.ts";
import { DATASET_KINDS, isConsumerKind } from "#lib/model/asset.ts";
import { parseConfig } from "../config/faultline-config.ts";
import { type AssembledGraph, assembleGraph } from "../graph/assemble-graph.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";

const SEED = join(import.meta.dirname, "..", "..", "..", "graph-seed");
const COMPANY = join(SEED, "company");
const TODAY = "2026-11-16T05:00:00Z";

interface ExpectedConsumer {
  readonly verdict: Verdict;
  readonly executed?: "fails" | "different" | "stale" | "same";
}

interface ExpectedStep {
  readonly changes: string;
  readonly consumers: Readonly<Record<string, ExpectedConsumer>>;
}

const readJson = (...path: readonly string[]): unknown =>
  JSON.parse(readFileSync(join(SEED, ...path), "utf8"));

const STORIES = readdirSync(SEED).filter((name) => existsSync(join(SEED, name, "expected.json")));

const STEPS = STORIES.flatMap((story) => {
  const { steps } = readJson(story, "expected.json") as { readonly steps: readonly ExpectedStep[] };
  return steps.map((step) => ({ story, ...step }));
});

const DATES = readdirSync(join(SEED, "history")).sort();

/** Each folder of the sources as its latest state up to a date has it; without a date as it is today. */
function foldersOn(date?: string): string[] {
  const today = join(COMPANY, "sources");
  if (date === undefined) return readdirSync(today).map((name) => join(today, name));
  const latest = new Map<string, string>();
  for (const state of DATES.filter((one) => one <= date)) {
    for (const name of readdirSync(join(SEED, "history", state)))
      latest.set(name, join(SEED, "history", state, name));
  }
  return [...latest.values()];
}

async function readCompany(date?: string): Promise<AssembledGraph> {
  const file = join(COMPANY, "faultline.yaml");
  const config = parseConfig(file, readFileSync(file, "utf8"));
  if (!config.ok) throw new Error(config.error.message);
  return assembleGraph({
    paths: foldersOn(date),
    ...(config.value.names === undefined ? {} : { names: config.value.names }),
    parser: await loadSqlParser(),
    now: TODAY,
  });
}

describe("the demo company", () => {
  let company: AssembledGraph;
  let snapshot: Snapshot;
  beforeAll(async () => {
    company = await readCompany();
    snapshot = buildSnapshot(company.graph);
  });

  const assetsOf = () => [...company.graph.assets.values()];

  it("has twelve domains, and every dataset and consumer is in one of them", () => {
    const homeless = assetsOf().filter((asset) => asset.attributes.domain === undefined);
    expect(homeless.map((asset) => asset.name)).toEqual([]);
    expect(new Set(assetsOf().map((asset) => asset.attributes.domain)).size).toBe(12);
  });

  it("has more than sixty datasets, and each consumer has an owner or is part of one that has", () => {
    expect(
      assetsOf().filter((asset) => DATASET_KINDS.has(asset.kind)).length,
    ).toBeGreaterThanOrEqual(60);
    const ownerless = assetsOf().filter(
      ({ kind, attributes }) =>
        isConsumerKind(kind) && attributes.owner === undefined && attributes.partOf === undefined,
    );
    expect(ownerless.map((asset) => asset.name)).toEqual([]);
  });

  it("is read without an error, and every name answers to an asset", () => {
    const wrong = company.problems.filter((problem) => problem.severity === "error");
    expect(wrong).toEqual([]);
    expect(company.unresolved).toBe(0);
  });

  it("reads every source file that it has", () => {
    const skipped = company.problems.filter((problem) => problem.code === "not-recognised");
    expect(skipped.map((problem) => problem.file)).toEqual([]);
  });

  it.each(STEPS)(
    "breaks who really breaks: $story/$changes",
    ({ story, changes: file, consumers }) => {
      const { changes } = readJson(story, file) as { readonly changes: readonly ChangeInput[] };
      const answer = assessChanges({ snapshot, graph: company.graph, changes });
      if (isChangeError(answer)) throw new Error(answer.error.message);
      const judged = answer.verdicts.filter(
        ({ asset }) => isConsumerKind(asset.kind) && asset.partOf === undefined,
      );
      expect(verdictsOf(judged, consumers)).toEqual(
        Object.fromEntries(Object.entries(consumers).map(([name, { verdict }]) => [name, verdict])),
      );
    },
  );

  it("at two on Tuesday breaks three dashboards, two ML pipelines and the board report, three loudly and three silently", () => {
    const { changes } = readJson("01-tuesday-at-two", "changes.json") as {
      readonly changes: readonly ChangeInput[];
    };
    const answer = assessChanges({ snapshot, graph: company.graph, changes });
    if (isChangeError(answer)) throw new Error(answer.error.message);
    const broken = answer.verdicts.filter(
      ({ asset, verdict }) =>
        isConsumerKind(asset.kind) && asset.partOf === undefined && verdict.startsWith("breaks_"),
    );
    const kinds = broken
      .map(({ asset }) => (asset.kind.startsWith("ml_") ? "ml" : asset.kind))
      .sort();
    expect(kinds).toEqual(["dashboard", "dashboard", "dashboard", "ml", "ml", "report"]);
    expect(broken.filter(({ verdict }) => verdict === "breaks_silently").length).toBe(3);
  });
});

/** Consumers that an answer leaves out are unaffected; one that it names and nobody expected shows up as a surprise. */
function verdictsOf(
  judged: readonly AssetVerdict[],
  consumers: Readonly<Record<string, ExpectedConsumer>>,
): Record<string, Verdict> {
  const found = Object.fromEntries(
    Object.keys(consumers).map((name): [string, Verdict] => [name, "unaffected"]),
  );
  for (const { asset, verdict } of judged) {
    if (verdict !== "unaffected" || asset.name in consumers) found[asset.name] = verdict;
  }
  return found;
}

describe("the demo's history", () => {
  it.each(DATES)("the company of %s is read without an error", async (date) => {
    const earlier = await readCompany(date);
    expect(earlier.problems.filter((problem) => problem.severity === "error")).toEqual([]);
  });

  it("tells that finance moved its quarters to the lake in November", async () => {
    const readsOf = (graph: AssembledGraph) => {
      const quarterly = [...graph.graph.assets.values()].find(
        (asset) => asset.name === "harbour.finance.fct_revenue_quarterly",
      );
      return new Set(
        quarterly?.edges.map((edge) => graph.graph.assets.get(edge.from.asset)?.shortName),
      );
    };
    expect(readsOf(await readCompany("2026-11-02"))).toContain("orders");
    const today = readsOf(await readCompany());
    expect(today).toContain("orders_history");
    expect(today).not.toContain("orders");
  });
});
