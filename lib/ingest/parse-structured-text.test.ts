import { describe, expect, it } from "vitest";
import { parseJsonText, parseYamlText } from "./parse-structured-text.ts";

describe("texts from outside", () => {
  it("JSON that was cut off is a problem with a line", () => {
    const parsed = parseJsonText("f.json", '{\n"a": 1,\n"b": ');
    expect(parsed).toMatchObject({
      ok: false,
      error: { code: "bad-json", file: "f.json", line: 3 },
    });
  });

  it("a hundred thousand brackets are too deep, in either format, and do not exhaust the stack", () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    expect(parseJsonText("f", deep)).toMatchObject({ ok: false });
    expect(parseYamlText("f", deep)).toMatchObject({ ok: false, error: { code: "too-large" } });
  });

  it("aliases that unfold into a billion copies are refused at once", () => {
    const lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"];
    for (let level = 1; level < 10; level++)
      lines.push(
        `a${level}: &a${level} [${Array(9)
          .fill(`*a${level - 1}`)
          .join(",")}]`,
      );
    expect(parseYamlText("f.yaml", lines.join("\n"))).toMatchObject({
      ok: false,
      error: { code: "bad-yaml" },
    });
  });

  it("bad YAML is told with its line", () => {
    expect(parseYamlText("f.yaml", "a: 1\nb: [2")).toMatchObject({
      ok: false,
      error: { code: "bad-yaml", line: 2 },
    });
  });

  it("a byte order mark is no part of the text", () => {
    expect(parseJsonText("f", "\uFEFF{}")).toEqual({ ok: true, value: {} });
  });
});
