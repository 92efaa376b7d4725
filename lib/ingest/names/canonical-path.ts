import type { NamesConfig } from "./names-config.ts";

export interface PathRules {
  /** The path as the company calls it: namespace and default database added, aliases replaced by the real names. */
  canonical(path: readonly string[], namespace: string): readonly string[];
  /** The key under which equal paths meet; two keys are equal exactly when the names mean one table. */
  keyOf(path: readonly string[], caseSensitive: boolean): string;
  /** A configuration says which database the namespace is: it is then no system of its own. */
  isMapped(namespace: string): boolean;
}

const SEPARATOR = "\u0000";

/** The rules of `--names` as functions. */
export function pathRules(names: NamesConfig): PathRules {
  const namespaces = foldedKeys(names.namespaces);
  const databases = foldedKeys(names.databases);
  const schemas = foldedKeys(names.schemas);
  const prefixes = (names.prefixes ?? []).map(fold);
  const bare = (part: string): string => {
    const prefix = prefixes.find((one) => fold(part).startsWith(one) && part.length > one.length);
    return prefix === undefined ? part : part.slice(prefix.length);
  };
  const realDatabase = (database: string): string => databases.get(fold(database)) ?? database;
  const saysNothing =
    namespaces.size + databases.size + schemas.size + prefixes.length === 0 &&
    names.default_database === undefined;
  return {
    canonical(path, namespace) {
      if (saysNothing) return path;
      const mapped = namespaces.get(fold(namespace));
      const said =
        prefixes.length === 0
          ? path
          : path.map((part, at) => (at === path.length - 1 ? part : bare(part)));
      let full = said.length === 2 && mapped !== undefined ? [mapped, ...said] : [...said];
      if (full.length === 2 && names.default_database !== undefined)
        full = [names.default_database, ...full];
      const [database, schema, ...rest] = full;
      if (database === undefined || schema === undefined || rest.length === 0) return full;
      const real = realDatabase(database);
      const renamed = schemas.get(fold(`${real}.${schema}`))?.split(".");
      return renamed ? [...renamed, ...rest] : [real, schema, ...rest];
    },
    keyOf(path, caseSensitive) {
      const exact = names.case === "exact" || (caseSensitive && names.case !== "fold");
      const joined = path.join(SEPARATOR);
      return exact ? joined : fold(joined);
    },
    isMapped: (namespace) => namespaces.has(fold(namespace)),
  };
}

/** One form for letters that differ in case or in their Unicode composition. */
export const fold = (text: string): string => text.normalize("NFC").toLowerCase();

const foldedKeys = (record: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(Object.entries(record).map(([key, value]) => [fold(key), value]));
