import { splitRelationName } from "../relation-name.ts";
import { pathKey, type RelationPath } from "./relation-path.ts";

/** What stands before names that are not written whole: each schema that is looked into, first one first. */
export type SessionPlace = readonly RelationPath[];

const SEARCH_PATH = /^set\s+(?:local\s+|session\s+)?search_path\s*(?:=|to)\s*([\s\S]+)$/i;
const USE = /^use\s+(?:(schema|database|catalog|namespace)\s+)?([\w$."`[\]]+)\s*$/i;
const SET_SCHEMA = /^set\s+schema\s+'?([\w$."]+)'?\s*$/i;

/** `set search_path`, `use`: where names are looked for from now on; undefined: the statement says nothing of it. */
export function readPlace(sql: string, before: SessionPlace): SessionPlace | undefined {
  const listed = SEARCH_PATH.exec(sql)?.[1] ?? SET_SCHEMA.exec(sql)?.[1];
  if (listed !== undefined)
    return listed.split(",").flatMap((one) => {
      const path = splitRelationName(one.trim().replace(/^'(.*)'$/, "$1"));
      return path.join("") === "" ? [] : [path];
    });
  const [, what, name] = USE.exec(sql) ?? [];
  if (name === undefined) return undefined;
  const path = splitRelationName(name);
  const outer = before[0]?.[0];
  const isInner = what?.toLowerCase() === "schema" && path.length === 1 && outer !== undefined;
  return [isInner ? [outer, ...path] : path];
}

/** The one of some known names that a name means there; undefined: none, or it is written whole. */
export function findInPlace<Named extends { readonly path: RelationPath }>(
  path: RelationPath,
  place: SessionPlace,
  known: readonly Named[],
): Named | undefined {
  for (const prefix of place) {
    const missing = prefix.slice(0, Math.max(0, prefix.length + 1 - path.length));
    if (missing.length === 0) continue;
    const whole = [...missing, ...path];
    const key = pathKey(whole);
    const found = known.filter((one) => pathKey(one.path.slice(-whole.length)) === key);
    const [only, second] = found;
    if (only !== undefined && second === undefined) return only;
  }
  return undefined;
}
