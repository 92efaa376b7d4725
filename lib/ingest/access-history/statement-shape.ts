import { fingerprint } from "#lib/kit/fingerprint.ts";

/** The same for runs of one statement that differ in their literals, their comments and their spaces. */
export const shapeOf = (sql: string): string =>
  fingerprint(
    sql
      .replace(/--[^\n]*/g, "")
      .replace(/\/\*[\s\S]*?\*\//g, "")
      .replace(/'(?:[^'\\]|''|\\.)*'/g, "?")
      .replace(/\b\d+(?:\.\d+)?\b/g, "?")
      .replace(/\s+/g, " ")
      .trim()
      .toLowerCase(),
  );
