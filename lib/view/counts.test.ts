import { describe, expect, it } from "vitest";
import type { AssetVerdict, Verdict } from "#lib/impact/assessment.ts";
import type { AssetKind } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import { countVerdicts, type Tally } from "./counts.ts";
import { buildBlastFixture, buildWideFixture } from "./fixtures/blast-answer.fixture.ts";
import { sayHeadline } from "./headline.ts";
import { rankConsumers } from "./ranking.ts";
import { EMPTY_VIEW } from "./view-state.ts";

const sum = (tally: Tally): number =>
  tally.breaks_loudly + tally.breaks_silently + tally.degraded + tally.unaffected + tally.unknown;

describe("what is counted on the screen", () => {
  it.each([
    ["the company", buildBlastFixture()],
    ["300 assets", buildWideFixture(300)],
  ])("adds up in %s: badges, list and what was reached", (_, { assessment }) => {
    const counts = countVerdicts(assessment);
    expect(sum(counts.consumers)).toBe(counts.consumers.total);
    expect(sum(counts.between)).toBe(counts.between.total);
    expect(counts.consumers.total + counts.between.total).toBe(counts.reached);
    expect(counts.reached).toBe(assessment.verdicts.length);

    const ranking = rankConsumers(assessment, EMPTY_VIEW);
    const rows = ranking.groups.flatMap((group) => group.rows);
    const { breaks_loudly, breaks_silently, degraded } = counts.consumers;
    expect(rows).toHaveLength(breaks_loudly + breaks_silently + degraded);
    expect(ranking.unknown).toHaveLength(counts.consumers.unknown);
    expect(ranking.unaffectedConsumers).toHaveLength(counts.consumers.unaffected);
    expect(ranking.between.length + ranking.unaffectedBetween.length).toBe(counts.between.total);
  });

  it("says how many consumers break, and how many of them silently", () => {
    expect(sayHeadline(buildBlastFixture().assessment)).toEqual({
      lead: "3 dashboards, 2 ML jobs and the quarterly board report break.",
      stress: "4 of the 6 break silently.",
      tone: "silent",
    });
  });

  it("counts the chart of a judged dashboard with its dashboard, not beside it", () => {
    const { assessment } = buildBlastFixture();
    const [first] = assessment.verdicts;
    const board = assessment.verdicts.find((verdict) => verdict.asset.name === "Revenue today");
    if (first === undefined || board === undefined) throw new Error("the fixture changed");
    const chart = {
      ...board,
      asset: {
        ...board.asset,
        id: `${board.asset.id}.chart` as typeof board.asset.id,
        kind: "chart" as const,
        partOf: board.asset.id,
      },
    };
    const counted = countVerdicts({ ...assessment, verdicts: [...assessment.verdicts, chart] });
    expect(counted.consumers.total).toBe(countVerdicts(assessment).consumers.total);
    expect(counted.between.total).toBe(countVerdicts(assessment).between.total + 1);
  });

  it("does not call a consumer safe of which nobody can say", () => {
    const { assessment } = buildBlastFixture();
    const verdicts = assessment.verdicts.filter(
      (verdict) => verdict.verdict === "unknown" || verdict.verdict === "unaffected",
    );
    expect(sayHeadline({ ...assessment, verdicts }).lead).toBe("Nothing that we know breaks.");
    expect(sayHeadline({ ...assessment, verdicts }).stress).toMatch(/nobody can say/);
  });

  it("says of tables that fail, where no dashboard does", () => {
    const { assessment } = buildBlastFixture();
    const [first] = assessment.verdicts;
    if (first === undefined) throw new Error("the fixture changed");
    const one = (kind: AssetKind, verdict: Verdict, name: string): AssetVerdict => ({
      ...first,
      asset: { ...first.asset, id: name as AssetId, name, shortName: name, kind },
      verdict,
      run: "ok",
      rows: [],
      because: [],
    });
    const leads = (...verdicts: AssetVerdict[]) =>
      sayHeadline({ ...assessment, complete: true, verdicts });
    const [a, b] = [one("table", "breaks_loudly", "a"), one("table", "breaks_loudly", "b")];
    const view = one("view", "breaks_silently", "v");
    expect(leads(a, b).lead).toBe("No dashboard, ML job or report breaks; 2 tables fail.");
    expect(leads(a, b).tone).toBe("loud");
    expect(leads(a, view, one("dashboard", "degraded", "d")).lead).toBe(
      "No dashboard, ML job or report breaks; 1 table fails, 1 view breaks silently. 1 dashboard is relabelled.",
    );
    expect(leads(view, one("dashboard", "degraded", "d")).tone).toBe("silent");
    expect(leads(a, b, one("report", "unaffected", "r")).lead).toBe(
      "No dashboard, ML job or report breaks; 2 tables fail. 1 report stays right.",
    );
    expect(leads(a, one("report", "unknown", "r"))).toMatchObject({
      lead: "No dashboard, ML job or report that we know breaks; 1 table fails.",
      stress: "Of 1 report nobody can say.",
    });
    expect(leads(one("dashboard", "degraded", "d")).lead).toBe(
      "Nothing breaks. 1 dashboard is relabelled.",
    );
  });

  it("names what was filtered out instead of losing it", () => {
    const { assessment } = buildBlastFixture();
    const ranking = rankConsumers(assessment, { ...EMPTY_VIEW, find: "finance" });
    const shown =
      ranking.groups.flatMap((g) => g.rows).length +
      ranking.unknown.length +
      ranking.between.length +
      ranking.unaffectedConsumers.length +
      ranking.unaffectedBetween.length;
    expect(shown + ranking.filteredOut).toBe(assessment.verdicts.length);
    expect(ranking.groups.flatMap((g) => g.rows).map((row) => row.rank)).toEqual([1, 2]);
  });

  it("keeps a consumer's rank in every grouping", () => {
    const { assessment } = buildBlastFixture();
    const ranks = (grouping: "rank" | "owner") =>
      new Map(
        rankConsumers(assessment, { ...EMPTY_VIEW, grouping })
          .groups.flatMap((g) => g.rows)
          .map((row) => [row.verdict.asset.id, row.rank]),
      );
    expect(ranks("owner")).toEqual(ranks("rank"));
  });
});
