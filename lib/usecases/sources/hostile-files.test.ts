import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FILE_KINDS, type FileKind } from "#lib/model/source-kind.ts";
import { assembleSources } from "../graph/assemble-graph.ts";
import { hostileForms, mangled } from "./hostile-files.conformance.ts";
import { loadSqlParser } from "./load-sql-parser.ts";
import type { ReadFile } from "./read-files.ts";
import { readSources, type SourcesRead } from "./read-sources.ts";
import { recogniseFile } from "./recognise-file.ts";
import { SMALL_FILES } from "./small-files.fixture.ts";

const parser = await loadSqlParser();
const KINDS: readonly FileKind[] = FILE_KINDS;

/** As if each had been named: what nobody recognises is read as what it is said to be. */
const filesOf = (kind: FileKind): readonly ReadFile[] =>
  SMALL_FILES[kind].map(({ path, text }) => ({ path, text, root: "given" }));

function read(kind: FileKind, files: readonly ReadFile[]): SourcesRead {
  const named = files.map((file) => ({ ...file, root: file.path }));
  return readSources({ files: named, as: kind, parser, at: "2026-01-01T00:00:00Z" });
}

/** Every problem that matters says where; and whatever was read makes a graph. */
async function expectSound(found: SourcesRead): Promise<void> {
  const all = [...found.problems, ...found.sources.flatMap(({ problems }) => problems)];
  expect(all.filter(({ file, severity }) => file === undefined && severity === "error")).toEqual(
    [],
  );
  const { graph } = await assembleSources({ parser }, found);
  expect(graph.assets.size).toBeGreaterThanOrEqual(0);
}

describe.each(KINDS)("files of the kind %s", (kind) => {
  it("are recognised by their content, and give assets", () => {
    const files = filesOf(kind);
    // A table of rows is one only where somebody says so.
    const expected = kind === "table-file" ? undefined : kind;
    expect(files.map((file) => recogniseFile(file))).toEqual(files.map(() => expected));
    expect(read(kind, files).sources.flatMap(({ facts }) => facts).length).toBeGreaterThan(0);
  });

  it("with a value of another shape anywhere, cut short or torn, cost no more than themselves", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: filesOf(kind).length - 1 }).chain((at) =>
          fc.record({
            at: fc.constant(at),
            text: mangled(SMALL_FILES[kind][at]?.text ?? ""),
          }),
        ),
        async ({ at, text }) => {
          const files = filesOf(kind).map((file, index) =>
            index === at ? { ...file, text } : file,
          );
          files.map((file) => recogniseFile(file));
          await expectSound(read(kind, files));
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each(hostileForms(SMALL_FILES[kind]))(
    "%s: a problem or the good part, never an exception",
    async (_, file) => {
      const others = filesOf(kind).filter(({ path }) => path !== file.path);
      recogniseFile(file);
      await expectSound(read(kind, [{ ...file, root: file.path }, ...others]));
    },
  );
});
