import { blocksOf, type LookmlBlock, type LookmlEntry, textOf, wordsOf } from "./parse-lookml.ts";

export interface LookmlFile {
  readonly path: string;
  readonly entries: readonly LookmlEntry[];
}

export interface LookmlView {
  readonly name: string;
  /** With what it extends and every refinement of it, later ones last. */
  readonly entries: readonly LookmlEntry[];
  readonly file: string;
  readonly line: number;
}

export interface LookmlExplore {
  readonly name: string;
  readonly entries: readonly LookmlEntry[];
  readonly model: string;
  /** `extension: required`: it is there only to be extended. */
  readonly isTemplate: boolean;
  /** The connection of its model, whose name mostly says which engine it is. */
  readonly connection?: string;
  readonly file: string;
  readonly line: number;
}

export interface LookmlProject {
  readonly views: ReadonlyMap<string, LookmlView>;
  readonly explores: ReadonlyMap<string, LookmlExplore>;
  /** `@{name}` in texts. */
  readonly constants: ReadonlyMap<string, string>;
}

interface Written {
  readonly block: LookmlBlock;
  readonly file: LookmlFile;
  readonly line: number;
}

/** All files of a project as one: extensions and refinements applied. */
export function assembleProject(files: readonly LookmlFile[]): LookmlProject {
  const written = (key: string): readonly Written[] =>
    files.flatMap((file) =>
      blocksOf(file.entries, key).map(({ block, line }) => ({ block, file, line })),
    );
  const connections = files.flatMap((file) => textOf(file.entries, "connection") ?? []);
  const views = joinRefined(written("view"));
  const explores = joinRefined(written("explore"));
  return {
    views: new Map(
      [...views].map(([name, one]) => [
        name,
        { name, entries: extended(name, views), file: one.file.path, line: one.line },
      ]),
    ),
    explores: new Map(
      [...explores].map(([name, one]) => {
        const connection =
          textOf(one.file.entries, "connection") ??
          (new Set(connections).size === 1 ? connections[0] : undefined);
        return [
          name,
          {
            name,
            entries: extended(name, explores),
            model: modelOf(one.file.path),
            isTemplate: textOf(one.entries, "extension") === "required",
            ...(connection === undefined ? {} : { connection }),
            file: one.file.path,
            line: one.line,
          },
        ];
      }),
    ),
    constants: new Map(
      written("constant").map(({ block }) => [block.name, textOf(block.entries, "value") ?? ""]),
    ),
  };
}

const modelOf = (path: string): string =>
  (path.split("/").at(-1) ?? path).replace(/(?:\.(?:model|explore))?\.(?:lkml|lookml)$/i, "");

interface Refined {
  readonly file: LookmlFile;
  readonly line: number;
  readonly entries: readonly LookmlEntry[];
}

/** `view: +orders` adds to `view: orders`, wherever it stands. */
function joinRefined(written: readonly Written[]): ReadonlyMap<string, Refined> {
  const found = new Map<string, Refined>();
  const plain = written.filter(({ block }) => !block.name.startsWith("+"));
  const refinements = written.filter(({ block }) => block.name.startsWith("+"));
  for (const { block, file, line } of [...plain, ...refinements]) {
    const name = block.name.replace(/^\+/, "");
    const before = found.get(name);
    found.set(name, {
      file: before?.file ?? file,
      line: before?.line ?? line,
      entries: [...(before?.entries ?? []), ...block.entries],
    });
  }
  return found;
}

/** What it extends first, so that its own entries win. A circle ends where it began. */
function extended(
  name: string,
  all: ReadonlyMap<string, Refined>,
  above: ReadonlySet<string> = new Set(),
): readonly LookmlEntry[] {
  const own = all.get(name);
  if (own === undefined || above.has(name)) return [];
  const parents = [
    ...own.entries.flatMap((entry) => (entry.key === "extends" ? wordsOf([entry], "extends") : [])),
    ...own.entries.flatMap((entry) =>
      entry.key === "extends__all" ? wordsOf([entry], entry.key) : [],
    ),
  ];
  const inner = new Set([...above, name]);
  return [...parents.flatMap((parent) => extended(parent, all, inner)), ...own.entries];
}
