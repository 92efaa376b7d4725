import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { answerLineage, type SchemaFile } from "./lineage-answer.ts";
import type { SqlParser } from "./sql-parser.ts";

interface Fixture {
  readonly name: string;
  readonly dialect: string;
  readonly sql: string;
  readonly expected: string;
}

const FOLDER = new URL("./fixtures/", import.meta.url);
const schema = JSON.parse(readFileSync(new URL("schema.json", FOLDER), "utf8")) as SchemaFile;

/** Blocks of: `# what it shows`, perhaps `@ dialect`, the SQL, and `=> output: sources; … | influences`. */
function readFixtures(file: string): Fixture[] {
  const text = readFileSync(new URL(file, FOLDER), "utf8");
  return text.split(/\n\s*\n/).flatMap((block) => {
    const lines = block.trim().split("\n");
    const [title = ""] = lines;
    if (!title.startsWith("# ")) return [];
    const own = lines.find((line) => line.startsWith("@ "));
    const expected = lines.find((line) => line.startsWith("=>")) ?? "=>";
    const sql = lines.filter((line, i) => i > 0 && line !== own && line !== expected).join("\n");
    const dialect = own ? own.slice(2) : file.replace(".txt", "");
    return [{ name: `${dialect}: ${title.slice(2)}`, dialect, sql, expected: canonical(expected) }];
  });
}

const sortedList = (text: string): string =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => (part.includes(" ") ? part : `${part} IDENTITY`))
    .sort()
    .join(", ");

function canonical(line: string): string {
  const [outputs = "", influences = ""] = line.replace(/^=>\s*/, "").split("|");
  const listed = outputs.split(";").filter((part) => part.trim() !== "");
  const parts = listed.map((part) => {
    const [name = "", sources = ""] = part.split(/:(.*)/s);
    return `${name.trim()}: ${sortedList(sources)}`;
  });
  return `${parts.join("; ")} | ${sortedList(influences)}`;
}

function answerText(fixture: Fixture, parser: SqlParser): string {
  const answer = answerLineage({ ...fixture, schema, parser });
  const list = (sources: (typeof answer)["influences"]): string =>
    sources
      .map(({ table, column, use }) => `${table}.${column} ${use}`)
      .sort()
      .join(", ");
  const outputs = answer.outputs.map(({ name, sources }) => `${name}: ${list(sources)}`);
  return `${outputs.join("; ")} | ${list(answer.influences)}`;
}

let parser: SqlParser;
beforeAll(async () => {
  parser = await loadSqlParser();
});

for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".txt"))) {
  describe(`lineage of ${file}`, () => {
    for (const fixture of readFixtures(file)) {
      it(fixture.name, () => {
        expect(answerText(fixture, parser)).toBe(fixture.expected);
      });
    }
  });
}
