import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPragmas } from "./read-pragmas.ts";

const read = (text: string) => readPragmas({ path: "a.sql", text });

describe("what is meant for Faultline in a comment", () => {
  it("is read with its line, its words and its options", () => {
    const text = `select 1;\n  -- Faultline: ignore mart.revenue reason="it's retired" until=2026-04-15 approved-by='team finance'\n`;
    expect(read(text)).toEqual([
      {
        verb: "ignore",
        words: ["mart.revenue"],
        options: { reason: "it's retired", until: "2026-04-15", "approved-by": "team finance" },
        file: "a.sql",
        line: 2,
      },
    ]);
  });

  it("may stand in a comment of several lines", () => {
    expect(read("/* faultline: owner\n   checkout-core */ select 1")).toMatchObject([
      { verb: "owner", words: ["checkout-core"], line: 1 },
    ]);
  });

  it.each([
    ["in a string", "select '-- faultline: ignore a'"],
    ["in a quoted name", 'select "-- faultline: ignore a"'],
    ["in the body of a function", "do $$ '-- faultline: ignore a' $$"],
    ["as a word of another comment", "-- see docs, faultline: ignore a"],
  ])("is not found %s", (_where, text) => {
    expect(read(text)).toEqual([]);
  });

  it("never fails on any text, and finds what was put behind whole statements", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        read(text);
        const quiet = text.replace(/['"`$/*-]/g, "");
        expect(read(`${quiet}\n-- faultline: owner x`).at(-1)).toMatchObject({ words: ["x"] });
      }),
    );
  });
});
