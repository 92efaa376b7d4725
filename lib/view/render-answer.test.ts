import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { countVerdicts } from "./counts.ts";
import { buildBlastFixture } from "./fixtures/blast-answer.fixture.ts";
import { renderCsv } from "./render-csv.ts";
import { renderHtml } from "./render-html.ts";
import { renderMarkdown } from "./render-markdown.ts";

const { assessment } = buildBlastFixture();
const [first] = assessment.verdicts;
if (first === undefined) throw new Error("the fixture is empty");
const renamed = (shortName: string) => ({
  ...assessment,
  verdicts: [{ ...first, asset: { ...first.asset, shortName, name: shortName } }],
});

describe("the answer as a file", () => {
  it("has one CSV line for each reached asset, in the order of the answer", () => {
    const rows: Record<string, string>[] = parse(renderCsv(assessment), { columns: true });
    expect(rows.map((row) => row["asset"])).toEqual(
      assessment.verdicts.map((verdict) => verdict.asset.name),
    );
    const consumers = rows.filter((row) => row["role"] === "consumer");
    expect(consumers).toHaveLength(countVerdicts(assessment).consumers.total);
  });

  it("keeps quotes, commas and line breaks in CSV names, and starts no formula in a spreadsheet", () => {
    const rows: Record<string, string>[] = parse(renderCsv(renamed('a "b", c\nd')), {
      columns: true,
    });
    expect(rows[0]?.["asset"]).toBe('a "b", c\nd');
    expect(renderCsv(renamed("=cmd()"))).toContain("'=cmd()");
  });

  it("says the same counts in Markdown as on the screen", () => {
    const text = renderMarkdown(assessment);
    expect(text).toContain(
      "# 3 dashboards, 2 ML jobs and the quarterly board report break. 4 of the 6 break silently.",
    );
    expect(text).toContain("Consumers: 4 silently wrong, 2 fail, 2 late or relabelled, 1 unknown");
    expect(text).toContain("**Not complete:**");
    expect(text.split("\n").filter((line) => /^\| \d+ \|/.test(line))).toHaveLength(8);
  });

  it("says of a guessed tier that it is guessed, in every form, and of a said one that it is not", () => {
    const verdicts = assessment.verdicts.map((verdict) => ({
      ...verdict,
      asset: {
        ...verdict.asset,
        ...(verdict.asset.tier === 1 ? { tierGuessed: true } : { tierGuessed: false }),
      },
    }));
    const guessed = { ...assessment, verdicts };
    const rows: Record<string, string>[] = parse(renderCsv(guessed), { columns: true });
    for (const row of rows) {
      const expected = row["tier"] === "" ? "" : String(row["tier"] === "1");
      expect(row["tierGuessed"]).toBe(expected);
    }
    for (const text of [renderMarkdown(guessed), renderHtml(guessed)]) {
      expect(text).toContain("1 (guessed)");
      expect(text).not.toContain("2 (guessed)");
    }
  });

  it("lets no name of a dashboard become Markdown or HTML", () => {
    expect(renderMarkdown(renamed("a|b *c* <script>"))).toContain("a\\|b \\*c\\* \\<script\\>");
    const html = renderHtml(renamed("<img src=x onerror=alert(1)>"));
    expect(html).not.toContain("<img");
    expect(html).toContain("&lt;img src=x");
  });

  it("is one HTML file that asks the network for nothing", () => {
    const html = renderHtml(assessment);
    expect(html).not.toMatch(/<(script|link|img|iframe)\b/);
    expect(html).not.toMatch(/url\(|https?:/);
    expect(html).toContain("<h1>3 dashboards, 2 ML jobs and the quarterly board report break.");
    for (const verdict of assessment.verdicts) expect(html).toContain(verdict.asset.shortName);
  });
});
