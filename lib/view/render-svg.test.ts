import { describe, expect, it } from "vitest";
import { buildBlastFixture } from "./fixtures/blast-answer.fixture.ts";
import { renderSvg } from "./render-svg.ts";
import { EMPTY_VIEW } from "./view-state.ts";

describe("the graph as a picture", () => {
  const answer = buildBlastFixture();

  it("has every consumer that is hit or unknown, with its verdict in words", () => {
    const svg = renderSvg(answer, EMPTY_VIEW);
    for (const { asset, verdict } of answer.assessment.verdicts)
      if (verdict !== "unaffected" && asset.kind === "dashboard")
        expect(svg).toContain(asset.shortName);
    expect(svg).toContain("silently wrong");
    expect(svg).toContain("Part of the lineage is not known. 38 reached");
  });

  it("lets no name break out of the markup", () => {
    const evil = {
      ...answer,
      graph: {
        ...answer.graph,
        nodes: answer.graph.nodes.map((node) => ({ ...node, shortName: '<script>&"' })),
      },
    };
    const svg = renderSvg(evil, EMPTY_VIEW);
    expect(svg).not.toContain("<script>");
    expect(svg).toContain("&#60;script&#62;&#38;");
  });
});
