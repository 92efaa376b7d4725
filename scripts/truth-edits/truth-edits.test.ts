import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { f1 } from "../truth/tally.ts";
import { type EditCounts, type EditScore, scoreEdits } from "./score-edits.ts";

/** Executed edits lie beside a development checkout; without them there is nothing to compare with. */
const DATA = new URL("../../../shared/data/", import.meta.url).pathname;
/** All edits of the small projects, some of the large ones: `npm run truth:edits` runs every one. */
const PROJECTS = [
  ["jaffle_shop_duckdb", 1],
  ["jaffle_shop", 9],
  ["attribution_playbook", 1],
  ["stripe", 6],
] as const;

const add = (one: EditCounts, other: EditCounts): EditCounts => ({
  hit: one.hit + other.hit,
  missed: one.missed + other.missed,
  wrong: one.wrong + other.wrong,
});

describe.skipIf(!existsSync(DATA))("edits of models against what happened", () => {
  const scores: EditScore[] = [];

  it.each(PROJECTS)(
    "%s, one edit in %i: no cosmetic edit is flagged, and no model that failed was called safe",
    { timeout: 240_000 },
    async (project, every) => {
      const parser = await loadSqlParser();
      const score = await scoreEdits({
        edits: `${DATA}truth-edits/${project}.json`,
        project: `${DATA}truth/${project}`,
        parser,
        every,
      });
      scores.push(score);
      expect(score.flagged).toEqual([]);
      expect(score.unsafe).toEqual([]);
      const { unaffected, shownUnaffected, contradicted } = score.reached;
      expect(contradicted).toBe(0);
      expect(shownUnaffected).toBeGreaterThanOrEqual(unaffected / 2);
      expect(f1(score.breaking)).toBeGreaterThanOrEqual(0.95);
      expect(f1(score.model)).toBeGreaterThanOrEqual(0.96);
      expect(f1(score.column)).toBeGreaterThanOrEqual(0.87);
    },
  );

  it("all together are above the bars", () => {
    const total = (grain: "model" | "column" | "breaking"): number =>
      f1(scores.map((score) => score[grain]).reduce(add));
    expect(total("breaking")).toBeGreaterThanOrEqual(0.95);
    expect(total("model")).toBeGreaterThanOrEqual(0.96);
    expect(total("column")).toBeGreaterThanOrEqual(0.92);
  });
});
