import type { SourceFile } from "#lib/model/fact.ts";

/**
 * SQL files in the order in which their tool runs them, without what would undo them again:
 * Flyway (`V2_1__x.sql` by version, then `R__x.sql`; `U…` left out), files in pairs (`x.up.sql` and `x.down.sql`, or
 * `up.sql` and `down.sql` in a folder), goose and dbmate (the part below `-- +goose Down` or `-- migrate:down` is blanked,
 * so that lines keep their numbers), and all others by name, where numbers count as numbers. Of Liquibase's formatted SQL those
 * change sets are blanked too whose `dbms` is not the engine; without `isEngine` all are kept.
 */
export function orderMigrations(
  files: readonly SourceFile[],
  isEngine?: (name: string) => boolean,
): readonly SourceFile[] {
  const hasUp = files.some(({ path }) => /(?:^|[./_-])up\.sql$/i.test(path));
  return files
    .filter(({ path }) => !isUndo(path, hasUp))
    .map(withoutDown)
    .map((file) => withoutOtherEngines(file, isEngine))
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

const CHANGE_SET = /^[ \t]*--[ \t]*changeset[ \t][^\n]*/gim;

/** A change set's `dbms` lists the engines that it runs on, or with `!` those that it does not run on. */
function withoutOtherEngines(
  file: SourceFile,
  isEngine: ((name: string) => boolean) | undefined,
): SourceFile {
  if (isEngine === undefined || !/^\s*--[ \t]*liquibase formatted sql\b/i.test(file.text))
    return file;
  const starts = [...file.text.matchAll(CHANGE_SET)];
  let text = file.text.slice(0, starts[0]?.index);
  starts.forEach((start, at) => {
    const part = file.text.slice(start.index, starts[at + 1]?.index);
    text += runsOn(start[0], isEngine) ? part : part.replace(/[^\n]/g, "");
  });
  return { ...file, text };
}

function runsOn(changeSet: string, isEngine: (name: string) => boolean): boolean {
  const listed = /\sdbms:(?:"([^"]*)"|(\S+))/i.exec(changeSet);
  const names = (listed?.[1] ?? listed?.[2] ?? "all")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  const isMeant = (name: string): boolean => name === "all" || isEngine(name);
  if (names.some((name) => name.startsWith("!") && isMeant(name.slice(1)))) return false;
  const wanted = names.filter((name) => !name.startsWith("!"));
  return wanted.length === 0 || wanted.some(isMeant);
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
