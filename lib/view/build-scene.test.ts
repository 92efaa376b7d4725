import { describe, expect, it } from "vitest";
import { assetId } from "#lib/model/asset-id.ts";
import { buildScene, buildScenes } from "./build-scene.ts";
import { DRAW_LIMIT, sayCounts } from "./collapse.ts";
import { countVerdicts } from "./counts.ts";
import { buildBlastFixture, buildWideFixture } from "./fixtures/blast-answer.fixture.ts";
import { lightPaths, stepAlong } from "./highlight.ts";
import { layOut } from "./layout.ts";
import { matchesFilter } from "./ranking.ts";
import { toLayoutRequest } from "./scene-layout.ts";
import { EMPTY_VIEW, type ViewState } from "./view-state.ts";

const company = buildBlastFixture();
const wide = buildWideFixture(400);
const view = (change: Partial<ViewState> = {}): ViewState => ({ ...EMPTY_VIEW, ...change });
const board = company.assessment.verdicts.find(
  (verdict) => verdict.asset.name === "Quarterly board report",
)?.asset.id;
if (board === undefined) throw new Error("the fixture changed");

const dashboard = assetId("demo", "Revenue today");

/** The same company, in which Campaign ROI is a chart of Revenue today. */
function withChart(): typeof company {
  const chart = assetId("demo", "Campaign ROI");
  return {
    ...company,
    assessment: {
      ...company.assessment,
      verdicts: company.assessment.verdicts.map((verdict) =>
        verdict.asset.id === chart
          ? { ...verdict, asset: { ...verdict.asset, partOf: dashboard } }
          : verdict,
      ),
    },
    graph: {
      nodes: company.graph.nodes.map((node) =>
        node.id === chart ? { ...node, partOf: dashboard } : node,
      ),
      edges: [
        ...company.graph.edges.filter((edge) => edge.to.asset !== dashboard),
        { from: { asset: chart }, to: { asset: dashboard }, use: "IDENTITY", state: "harms" },
      ],
    },
  };
}

describe("what the graph shows", () => {
  it.each([
    ["the company", company, view()],
    ["the company as domains", company, view({ level: "domains" })],
    ["the company, filtered", company, view({ find: "finance" })],
    ["the company as consumers", company, view({ level: "consumers" })],
    [
      "the company as consumers, a step opened",
      company,
      view({ level: "consumers", opened: ["via:finance"] }),
    ],
    ["charts in their dashboard", withChart(), view()],
    ["charts beside their dashboard", withChart(), view({ opened: [`in:${dashboard}`] })],
    ["one path only", company, view({ selected: board, pathOnly: true })],
    ["an opened fold", company, view({ opened: ["", "payments"] })],
    ["400 assets", wide, view()],
    ["400 assets as datasets", wide, view({ level: "datasets" })],
    ["400 assets, filtered", wide, view({ level: "columns", verdicts: ["breaks_loudly"] })],
  ])("accounts for every reached asset: %s", (_, answer, state) => {
    const scene = buildScene(answer, state);
    const { reached, drawn, folded, filtered } = scene.counts;
    expect(drawn + folded + filtered).toBe(reached);
    expect(reached).toBe(countVerdicts(answer.assessment).reached);
    if (scene.level !== "domains") {
      expect(scene.cards.filter((card) => !card.node.changed)).toHaveLength(drawn);
      const inCards = scene.cards.flatMap((card) =>
        card.parts === undefined || card.parts.opened ? [] : card.parts.members,
      );
      const inFolds = scene.folds.flatMap((fold) => fold.members);
      expect(new Set([...inCards, ...inFolds]).size).toBe(folded);
    } else {
      expect(scene.domains.reduce((sum, domain) => sum + domain.total - domain.changed, 0)).toBe(
        folded,
      );
    }
  });

  it("draws every consumer that is hit or unknown, with all that leads to it", () => {
    const scene = buildScene(company, view());
    const drawn = new Set(scene.cards.map((card) => card.id));
    for (const verdict of company.assessment.verdicts) {
      if (verdict.verdict === "unaffected") continue;
      expect(drawn.has(verdict.asset.id)).toBe(true);
      expect(scene.lines.some((line) => line.target === verdict.asset.id)).toBe(true);
    }
  });

  it("draws no more cards than can be read, the worst first", () => {
    const scene = buildScene(wide, view({ level: "datasets" }));
    expect(scene.cards.length).toBeLessThanOrEqual(DRAW_LIMIT);
    const worst = wide.assessment.verdicts[0]?.asset.id;
    expect(scene.cards.some((card) => card.id === worst)).toBe(true);
  });

  it("lets no line vanish between the levels: what two domains share stays one line", () => {
    const pairs = (level: "columns" | "domains") => {
      const scene = buildScene(
        company,
        view({ level, opened: ["", ...new Set(company.graph.nodes.map((node) => node.domain))] }),
      );
      const domainOf = new Map<string, string>(
        scene.cards.map((card) => [card.id, `domain:${card.node.domain}`]),
      );
      const ends = scene.lines.map((line) => [
        domainOf.get(line.source) ?? line.source,
        domainOf.get(line.target) ?? line.target,
      ]);
      return new Set(ends.filter(([a, b]) => a !== b).map((pair) => pair.join(" -> ")));
    };
    expect(pairs("columns")).toEqual(pairs("domains"));
  });

  it("shows columns as ports only where they are touched, and says how many there are beside", () => {
    const scene = buildScene(company, view());
    const staging = scene.cards.find((card) => card.node.name === "checkout.stg_orders");
    expect(staging?.rows.map((row) => row.column)).toEqual(["amount_cents", "discount_code"]);
    expect(staging?.more).toBe("");
    expect(scene.cards.find((card) => card.node.changed)?.more).toBe("+ 14 columns");
    const datasets = buildScene(company, view({ level: "datasets" }));
    expect(
      datasets.lines.every(
        (line) =>
          line.targetPort === undefined &&
          (line.sourcePort === undefined || line.source === assetId("demo", "checkout.orders")),
      ),
    ).toBe(true);
  });

  it("says into how many domains all is folded, and what is drawn only to lead there", () => {
    const far = buildScene(company, view({ level: "domains" }));
    expect(sayCounts(far.counts)).toBe(`38 reached, 38 folded into ${far.domains.length} domains`);
    const { counts } = buildScene(company, view({ find: "Revenue today" }));
    expect(counts.onTheWay).toBeGreaterThan(0);
    const matching = company.assessment.verdicts.filter((one) =>
      matchesFilter(one, view({ find: "Revenue today" })),
    );
    expect(counts.drawn + counts.folded - counts.onTheWay).toBe(matching.length);
    expect(sayCounts(counts)).toContain(`${counts.drawn} drawn (${counts.onTheWay} on the way)`);
  });

  it("says what a filter left out", () => {
    expect(sayCounts(buildScene(company, view({ find: "finance" })).counts)).toMatch(
      /filtered out/,
    );
    expect(sayCounts(buildScene(company, view()).counts)).toBe("38 reached, 16 drawn, 22 folded");
  });

  it("lights the path through one column and leaves the other column's path dark", () => {
    const scene = buildScene(company, view());
    const staging = scene.cards.find((card) => card.node.name === "checkout.stg_orders");
    const lit = lightPaths(scene, {
      item: staging?.id ?? "",
      port: "c:amount_cents",
      towards: "both",
    });
    const names = scene.cards
      .filter((card) => lit.items.has(card.id))
      .map((card) => card.node.name);
    expect(names).toContain("Quarterly board report");
    expect(names).not.toContain("Discount performance");
  });

  it("leads the arrow keys along the lines", () => {
    const scene = buildScene(company, view());
    const { positions } = layOut(toLayoutRequest(scene));
    const orders = scene.cards.find((card) => card.node.changed)?.id ?? "";
    const next = stepAlong(scene, positions, { item: orders, key: "right" });
    expect(scene.cards.find((card) => card.id === next)?.node.name).toBe("checkout.stg_orders");
    expect(stepAlong(scene, positions, { item: next ?? "", key: "left" })).toBe(orders);
  });

  it("folds the charts of a dashboard into its card, and what they read leads to it", () => {
    const scene = buildScene(withChart(), view({ level: "datasets" }));
    const card = scene.cards.find((one) => one.id === dashboard);
    expect(card?.parts).toMatchObject({
      opened: false,
      members: [assetId("demo", "Campaign ROI")],
    });
    expect(scene.cards.some((one) => one.node.name === "Campaign ROI")).toBe(false);
    const source = assetId("demo", "marketing.campaign_daily");
    expect(scene.lines.some((line) => line.source === source && line.target === dashboard)).toBe(
      true,
    );
  });

  it("shows a chart beside its dashboard where it is the one that was chosen", () => {
    const chart = assetId("demo", "Campaign ROI");
    const scene = buildScene(withChart(), view({ selected: chart }));
    expect(scene.lines.some((line) => line.source === chart && line.target === dashboard)).toBe(
      true,
    );
  });

  it("folds what lies between into one step for each domain, and every consumer keeps its way", () => {
    const scene = buildScene(company, view({ level: "consumers" }));
    for (const card of scene.cards.filter((one) => !one.node.changed && one.node.isConsumer))
      if (card.verdict?.verdict !== "unaffected")
        expect(scene.lines.some((line) => line.target === card.id)).toBe(true);
  });
});

describe("hundreds of tables that are hit, and no consumer", () => {
  const fan: typeof wide = {
    ...wide,
    assessment: {
      ...wide.assessment,
      verdicts: wide.assessment.verdicts.map((one) => ({ ...one, verdict: "breaks_loudly" })),
    },
    graph: {
      ...wide.graph,
      nodes: wide.graph.nodes.map((node) => ({
        ...node,
        isConsumer: false,
        ...(node.verdict === undefined ? {} : { verdict: "breaks_loudly" as const }),
      })),
    },
  };

  it("are one step for each domain, however many have no room as cards", () => {
    const scene = buildScene(fan, view({ level: "consumers" }));
    expect(fan.assessment.verdicts.length).toBeGreaterThan(DRAW_LIMIT);
    const lanes = scene.folds.map(({ lane }) => lane);
    expect(new Set(lanes).size).toBe(lanes.length);
    const members = scene.folds.flatMap((fold) => fold.members);
    expect(members).toHaveLength(scene.counts.folded);
  });
});

describe("a crowd of which nobody said a domain", () => {
  const crowd: typeof wide = {
    ...wide,
    graph: { ...wide.graph, nodes: wide.graph.nodes.map((node) => ({ ...node, domain: "" })) },
  };

  it("is drawn as its worst few, and the rest is counted in folds", () => {
    const [scene, ...others] = buildScenes(crowd, view());
    expect(others).toEqual([]);
    expect(scene.domains).toEqual([]);
    expect(scene.cards.length).toBeGreaterThan(3);
    expect(scene.cards.length).toBeLessThanOrEqual(20);
    const { reached, drawn, folded, filtered } = scene.counts;
    expect(drawn + folded + filtered).toBe(reached);
    expect(scene.cards.some((card) => card.id === crowd.assessment.verdicts[0]?.asset.id)).toBe(
      true,
    );
  });

  it("is drawn further where somebody asks for it", () => {
    expect(buildScene(crowd, view({ level: "consumers" })).cards.length).toBeGreaterThan(20);
    expect(buildScene(crowd, view({ level: "domains" })).domains).toHaveLength(1);
  });
});
