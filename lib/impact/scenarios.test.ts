import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { type AssetNote, graphOf } from "#lib/graph/graph-of.ts";
import { assessChanges, isChangeError } from "./assess-change.ts";
import type { ChangeInput } from "./change.ts";

const FILE = new URL("../../../shared/data/scenarios.json", import.meta.url);

interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly assets: readonly Record<string, never>[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly use: string }[];
  readonly changes: readonly ChangeInput[];
  readonly observed?: Readonly<Record<string, { readonly nullShare?: number }>>;
  readonly expected: readonly {
    readonly asset: string;
    readonly verdict: string;
    readonly certainty: string | null;
  }[];
  readonly expected_notify?: readonly string[];
}

const scenarios: readonly Scenario[] = existsSync(FILE)
  ? (JSON.parse(readFileSync(FILE, "utf8")) as { scenarios: Scenario[] }).scenarios
  : [];

function assess(scenario: Scenario) {
  const notes: Record<string, AssetNote> = {};
  for (const { id, kind, domain, tier, owner, materialization, sla } of scenario.assets) {
    notes[id ?? ""] = {
      kind: kind ?? "table",
      attributes: {
        domain,
        tier,
        owner,
        materialization,
        ...(sla === undefined ? {} : { sla }),
      } as never,
    };
  }
  const graph = graphOf(
    scenario.edges.map(({ from, to, use }) => `${from} -${use}> ${to}`).join(";"),
    notes,
  );
  return assessChanges({ graph, snapshot: buildSnapshot(graph), changes: scenario.changes });
}

describe.skipIf(scenarios.length === 0)("the acceptance scenarios", () => {
  it.each(scenarios.map((scenario) => [`${scenario.id}: ${scenario.title}`, scenario] as const))(
    "%s",
    (_, scenario) => {
      const answer = assess(scenario);
      if (isChangeError(answer)) throw new Error(answer.error.message);
      const got = scenario.expected.map(({ asset }) => {
        const found = answer.verdicts.find((each) => each.asset.name === asset);
        return {
          asset,
          verdict: found?.verdict ?? "unaffected",
          certainty: found?.certainty ?? null,
        };
      });
      expect(got).toEqual(
        scenario.expected.map(({ asset, verdict, certainty }) => ({ asset, verdict, certainty })),
      );
      if (scenario.expected_notify !== undefined) {
        expect(answer.notify.map(({ owner }) => owner).sort()).toEqual(
          [...scenario.expected_notify].sort(),
        );
      }
      for (const each of answer.verdicts) {
        expect(each.because.length > 0).toBe(each.verdict !== "unaffected");
      }
    },
  );
});
