import type { SourceFile } from "#lib/model/fact.ts";

/**
 * SQL files in the order in which their tool runs them, without what would undo them again:
 * Flyway (`V2_1__x.sql` by version, then `R__x.sql`; `U…` left out), files in pairs (`x.up.sql` and `x.down.sql`, or
 * `up.sql` and `down.sql` in a folder), goose and dbmate (the part below `-- +goose Down` or `-- migrate:down` is blanked,
 * so that lines keep their numbers), and all others by name, where numbers count as numbers.
 */
export function orderMigrations(files: readonly SourceFile[]): readonly SourceFile[] {
  const hasUp = files.some(({ path }) => /(?:^|[./_-])up\.sql$/i.test(path));
  return files
    .filter(({ path }) => !isUndo(path, hasUp))
    .map(withoutDown)
    .map((file) => ({ file, place: placeOf(file.path) }))
    .sort((a, b) => comparePlaces(a.place, b.place))
    .map(({ file }) => file);
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

const isUndo = (path: string, hasUp: boolean): boolean =>
  /^U\d[\d._]*__.*\.sql$/i.test(nameOf(path)) || (hasUp && /(?:^|[./_-])down\.sql$/i.test(path));

const DOWN =
  /^[ \t]*--[ \t]*(?:\+goose[ \t]+Down|migrate:down)\b[\s\S]*?(?=^[ \t]*--[ \t]*(?:\+goose[ \t]+Up|migrate:up)\b|(?![\s\S]))/gim;

function withoutDown(file: SourceFile): SourceFile {
  if (!/--\s*(?:\+goose|migrate:)/i.test(file.text)) return file;
  return { ...file, text: file.text.replace(DOWN, (part) => part.replace(/[^\n]/g, "")) };
}

interface Place {
  /** Files of no known tool, then versions, then what is repeated after all of them. */
  readonly group: 0 | 1 | 2;
  readonly version: readonly number[];
  readonly path: string;
}

function placeOf(path: string): Place {
  const name = nameOf(path);
  const version = /^[VB](\d+(?:[._]\d+)*)__.*\.sql$/i.exec(name)?.[1];
  if (version !== undefined)
    return { group: 1, version: version.split(/[._]/).map(Number), path: name };
  return /^R__.*\.sql$/i.test(name)
    ? { group: 2, version: [], path: name }
    : { group: 0, version: [], path };
}

function comparePlaces(a: Place, b: Place): number {
  if (a.group !== b.group) return a.group - b.group;
  const length = Math.max(a.version.length, b.version.length);
  for (let at = 0; at < length; at++) {
    const difference = (a.version[at] ?? 0) - (b.version[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.path.localeCompare(b.path, "en", { numeric: true });
}
