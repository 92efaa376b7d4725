import { describe, expect, it } from "vitest";
import { countsTime } from "./counts-time.ts";

describe("countsTime", () => {
  it.each([
    "datediff('day', begins, ends) + 1",
    "date_diff('day', t.begins, t.ends) * 2 - date_diff('hour', x, t.ends)",
    'year("ends") * 100 + month(ends)',
    "extract(year from ends)::text || '-'",
    "date_diff('day (of ends)', begins, ends)",
  ])("is so where nothing else is done with the column: %s", (expression) => {
    expect(countsTime(expression, "ends")).toBe(true);
  });

  it.each([
    "ends - begins + 1",
    "datediff('day', begins, ends) + (ends - begins)",
    "datediff('day', begins, ends + 1)",
    "datediff('day', begins, coalesce(ends, begins))",
    "max(ends)",
    "to_year(ends)",
    "datediff('day', begins, weekends)",
    "datediff('day', begins, ends) …",
    "case when ends > begins then date_diff('day', begins, ends) end",
  ])("is not so where something else is: %s", (expression) => {
    expect(countsTime(expression, "ends")).toBe(false);
  });
});
