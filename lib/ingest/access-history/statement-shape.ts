import { fingerprint } from "#lib/kit/fingerprint.ts";

/** Characters. A statement that is longer than this and begins like another is taken for another run of it. */
const LOOKED_AT = 20_000;

/** The same for runs of one statement that differ in their literals, their comments and their spaces. */
export const shapeOf = (sql: string): string =>
  fingerprint(
    sql
      .slice(0, LOOKED_AT)
      .replace(/--[^\n]*/g, "")
      .replace(/\/\*[\s\S]*?\*\//g, "")
      .replace(/'(?:[^'\\]|''|\\.)*'/g, "?")
      .replace(/\b\d+(?:\.\d+)?\b/g, "?")
      .replace(/\s+/g, " ")
      .trim()
      .toLowerCase(),
  );
