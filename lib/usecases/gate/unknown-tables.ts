import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import type { UnreadPlace } from "#lib/ingest/read-sql-files.ts";
import { splitRelationName } from "#lib/ingest/relation-name.ts";
import { pathKey, type RelationPath } from "#lib/ingest/sql/relation-path.ts";
import { findInPlace, readPlace, type SessionPlace } from "#lib/ingest/sql/session-place.ts";
import { splitStatements } from "#lib/ingest/sql/split-statements.ts";
import type { SourceFile } from "#lib/model/fact.ts";
import { pathOf } from "./deployed-tables.ts";

/** SQL Server's names are no longer than half of that: brackets that are opened again and again are not read to the end each time. */
const QUOTED = String.raw`"[^"]+"|\`[^\`]+\`|\[[^\]]{1,256}\]`;
const NAME = String.raw`(?:[\w$]+|${QUOTED})(?:\s*\.\s*(?:[\w$]+|${QUOTED}))*`;
const EACH_NAME = new RegExp(NAME, "g");
const CREATED = new RegExp(
  String.raw`\bcreate\s+(?:or\s+replace\s+)?(?:(?:local|global|temp|temporary|transient|unlogged|external|dynamic|iceberg|hybrid|secure|recursive|materialized)\s+)*(?:table|view)\s+(?:if\s+not\s+exists\s+)?(${NAME})`,
  "gi",
);
/** From then on it is there under that name, or in that schema. */
const RENAMED = new RegExp(String.raw`\brename\s+(?:table\s+${NAME}\s+)?to\s+(${NAME})`, "gi");
const MOVED = new RegExp(
  String.raw`^alter\s+table\s+(?:if\s+exists\s+)?(${NAME})\s+set\s+schema\b`,
  "i",
);
const IF_THERE = /^(?:alter|drop)\s+(?:materialized\s+)?(?:table|view)\s+if\s+exists\b/i;
const MADE_BY_QUERY = new RegExp(String.raw`^select\b[\s\S]*?\binto\s+(${NAME})\s+from\b`, "i");
const WITH_NAME = new RegExp(
  String.raw`(?:^with\s+(?:recursive\s+)?|,\s*)(${NAME})\s*(?:\([^()]*\)\s*)?as\s*\(`,
  "gi",
);
/** What takes something away from a table, or changes what is in it; several names may follow. */
const CHANGED = new RegExp(
  String.raw`^(?:(?:alter|drop)\s+(?:materialized\s+)?(?:table|view)\s+(?:if\s+exists\s+)?(?:only\s+)?|rename\s+table\s+|truncate\s+(?:table\s+)?(?:only\s+)?|delete\s+from\s+(?:only\s+)?|update\s+(?:only\s+)?|merge\s+into\s+)(${NAME}(?:\s*,\s*${NAME})*)`,
  "i",
);

/** The same of rows, in what WITH names or behind it. */
const WRITES_WITH = new RegExp(
  String.raw`[()]\s*(?:delete\s+from|update|merge\s+into)\s+(?:only\s+)?(${NAME})`,
  "gi",
);

function changedIn(sql: string): readonly string[] {
  const list = CHANGED.exec(sql)?.[1];
  if (list !== undefined) return list.match(EACH_NAME) ?? [];
  return /^with\b/i.test(sql) ? [...sql.matchAll(WRITES_WITH)].map(([, name = ""]) => name) : [];
}

/**
 * Statements that change a table which the store does not know and which no earlier statement makes. Nobody can say who
 * reads it: it may stand there under another name, or not have been ingested.
 */
export function changesUnknown(
  files: readonly SourceFile[],
  deployed: readonly MergedAsset[],
): readonly UnreadPlace[] {
  const known = deployed
    .filter(({ columns }) => columns.length > 0)
    .map((asset) => ({ path: pathOf(asset) }));
  const onlyRead = deployed.filter(({ columns }) => columns.length === 0);
  const made = new MadeNames();
  let place: SessionPlace = [];
  return files.flatMap(({ path: file, text }) =>
    splitStatements(text).flatMap(({ sql: spelled, line }): readonly UnreadPlace[] => {
      const sql = withoutComments(spelled);
      place = readPlace(sql, place) ?? place;
      for (const [, name = ""] of sql.matchAll(CREATED)) made.add(splitRelationName(name));
      const into = MADE_BY_QUERY.exec(sql)?.[1];
      if (into !== undefined) made.add(splitRelationName(into));
      const own = new Set([...sql.matchAll(WITH_NAME)].map(([, name = ""]) => lastOf(name)));
      const names = changedIn(sql);
      const found = names.flatMap((name): readonly UnreadPlace[] => {
        const path = splitRelationName(name);
        const isKnown = (all: readonly { readonly path: RelationPath }[]): boolean =>
          findInPlace(path, place, all) !== undefined || all.some((one) => isTail(one.path, path));
        if (made.has(path) || own.has(lastOf(name)) || isKnown(known)) return [];
        const readers = onlyRead.filter((asset) => isTail(pathOf(asset), path));
        const why =
          readers.length === 0
            ? `the store knows no table ${path.join(".")}, so nobody can say who reads it; ingest what declares it, or say with \`faultline identity\` which one it is`
            : `the store knows ${path.join(".")} only by those who read it, so nobody can say what they lose; ingest what declares it`;
        // `if exists` means that it may not be there, which is what the store says.
        const isNote = readers.length === 0 && IF_THERE.test(sql);
        return [{ file, line, sql: spelled, relation: path, why, ...(isNote ? { isNote } : {}) }];
      });
      for (const [, name = ""] of sql.matchAll(RENAMED)) made.add(splitRelationName(name));
      const moved = MOVED.exec(sql)?.[1];
      if (moved !== undefined) made.add(splitRelationName(moved).slice(-1));
      return found;
    }),
  );
}

/** Of two names of which one lacks outer parts, each may mean what the other does. */
class MadeNames {
  readonly #byLast = new Map<string, RelationPath[]>();

  add(path: RelationPath): void {
    const key = pathKey(path.slice(-1));
    const same = this.#byLast.get(key);
    if (same === undefined) this.#byLast.set(key, [path]);
    else if (!same.some((one) => pathKey(one) === pathKey(path))) same.push(path);
  }

  has(path: RelationPath): boolean {
    const same = this.#byLast.get(pathKey(path.slice(-1))) ?? [];
    return same.some((one) => isTail(one, path) || isTail(path, one));
  }
}

const lastOf = (name: string): string => (splitRelationName(name).at(-1) ?? "").toLowerCase();

const isTail = (whole: RelationPath, tail: RelationPath): boolean =>
  pathKey(whole.slice(-tail.length)) === pathKey(tail);

const withoutComments = (sql: string): string =>
  sql.replace(/^(?:\s*(?:--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/))*\s*/, "");
