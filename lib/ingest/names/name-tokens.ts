import type { AssetName } from "#lib/model/asset-id.ts";
import type { AssetFact, FactEnd } from "#lib/model/fact.ts";
import { isBigQuery } from "#lib/model/letter-case.ts";
import { joinRelationName } from "../relation-name.ts";
import { fold, pathRules } from "./canonical-path.ts";
import { addressOf, fileAddresses } from "./file-names.ts";
import { type Asker, completePath, partsInOnePair } from "./name-index.ts";
import { nameKey } from "./name-key.ts";
import type { NamesConfig } from "./names-config.ts";
import { namesOfFact } from "./same-names.ts";

/**
 * Names as small numbers: what answers to a name and what asks for it have a number in common. Two names may share a
 * number; whoever compares numbers looks at a little too much then, and never at too little.
 */
export interface NameTokens {
  /** All under which the fact can be found. */
  readonly provides: readonly number[];
  /** Those under which it can be joined with other facts into one asset. */
  readonly joins: readonly number[];
  /** All of the fact that the index looks at, as a text. */
  readonly identity: string;
}

export interface NameTokenizer {
  ofFact(fact: AssetFact, source: string): NameTokens;
  /** What is tried for an end of an edge. */
  ofEnd(end: FactEnd, asker: Asker): readonly number[];
  /** What is tried for a table name of a query. */
  ofRead(path: readonly string[], asker: Asker): readonly number[];
  /** The name of the placeholder that a table name of a query becomes where nothing answers. */
  nameOfRead(path: readonly string[], asker: Asker): AssetName;
}

/** The same rules as the name index has, as far as they say which facts may matter to a name. */
export function createNameTokenizer(names: NamesConfig): NameTokenizer {
  const rules = pathRules(names);
  const namesOf = namesOfFact(names);
  const paths = (path: readonly string[], namespace: string): readonly number[] => {
    const canonical = rules.canonical(path, namespace);
    return [token("whole", joined(canonical)), token("tail", joined(canonical))];
  };
  const nameOfRead = (path: readonly string[], asker: Asker): AssetName => ({
    namespace: asker.namespace,
    name: joinRelationName(rules.canonical(completePath(path, asker.defaultPath), asker.namespace)),
  });
  const ofEnd = (end: FactEnd, asker: Asker): readonly number[] => {
    const { namespace, name } = end.name;
    const found = [token("name", nameKey(end.name))];
    if (namespace === "dbt") found.push(token("dbt", name));
    if (end.path && end.path.length > 0) {
      found.push(...paths(completePath(end.path, asker.defaultPath), namespace));
      found.push(...paths(end.path, namespace));
    }
    if (asker.source.kind !== "graph" || end.column === undefined) return found;
    const whole = {
      name: { namespace, name: `${name}.${end.column}` },
      path: [...(end.path ?? []), end.column],
    };
    return [...found, ...ofEnd(whole, asker)];
  };
  return {
    ofFact: (fact, source) =>
      tokensOfFact(fact, {
        source,
        path: rules.canonical(fact.path ?? [], fact.name.namespace),
        names: namesOf(fact),
      }),
    ofEnd,
    ofRead: (path, asker) => [
      token("name", nameKey(nameOfRead(path, asker))),
      ...(path.length === 1
        ? [token("local", `${asker.source.id}\u0000${fold(path[0] ?? "")}`)]
        : []),
      ...paths(completePath(path, asker.defaultPath), asker.namespace),
      ...[path, partsInOnePair(path) ?? path].flatMap((one) => paths(one, asker.namespace)),
      ...fileAddresses(path).map((address) => token("whole", fold(address))),
      ...wildcardTokens(partsInOnePair(path) ?? path, asker),
    ],
    nameOfRead,
  };
}

/** A name with a star asks for all tables whose name begins with its first word, or its first letter where that is all it says. */
function wildcardTokens(path: readonly string[], { dialect }: Asker): readonly number[] {
  const last = path.at(-1) ?? "";
  return last.endsWith("*") && dialect === "bigquery"
    ? startTokens(last.slice(0, -1)).slice(0, 1)
    : [];
}

/** Under its first word where it has one, its first letter, and nothing: a table answers to all, a name asks for the first. */
function startTokens(name: string): readonly number[] {
  const word = name.indexOf("_");
  const starts = [
    ...(word < 0 ? [] : [name.slice(0, word + 1)]),
    ...(name === "" ? [] : [name.slice(0, 1)]),
    "",
  ];
  return [...new Set(starts)].map((start) => token("start", fold(start)));
}

function tokensOfFact(
  fact: AssetFact,
  {
    source,
    path,
    names,
  }: {
    readonly source: string;
    readonly path: readonly string[];
    /** All under which the fact is known. */
    readonly names: readonly AssetName[];
  },
): NameTokens {
  const called = names.map((name) => token("name", nameKey(name)));
  const joins = [...called];
  const provides = [...called];
  for (const local of fact.localNames ?? [])
    provides.push(token("local", `${source}\u0000${fold(local)}`));
  const { dbtUniqueId } = fact.attributes;
  if (dbtUniqueId !== undefined) provides.push(token("dbt", dbtUniqueId));
  if (path.length > 0) provides.push(token("whole", joined(path)));
  for (const name of names) {
    const address = addressOf(name);
    if (address !== undefined) provides.push(token("whole", fold(address)));
  }
  if (path.length > 1) joins.push(token("whole", joined(path)));
  for (let from = Math.min(1, path.length - 1); from >= 0 && from < path.length; from += 1) {
    provides.push(token("tail", joined(path.slice(from))));
  }
  if (isBigQuery(fact.name.namespace, fact.attributes.dialect))
    provides.push(...startTokens(path.at(-1) ?? ""));
  // A table with all parts, and a mention that lacks the outermost.
  if (path.length === 2 || path.length === 3)
    joins.push(token("joined tail", joined(path.slice(-2))));
  provides.push(...joins);
  return {
    provides: [...new Set(provides)],
    joins: [...new Set(joins)],
    identity: identityOf(fact),
  };
}

const identityOf = (fact: AssetFact): string =>
  JSON.stringify([
    fact.name,
    fact.path,
    fact.aliases,
    fact.localNames,
    fact.attributes.dbtUniqueId,
    fact.attributes.dialect,
    fact.placeholder === true,
    fact.placeholder === true && fact.columnsComplete !== true,
  ]);

const joined = (path: readonly string[]): string => fold(path.join("\u0000"));

type TokenKind = "name" | "local" | "dbt" | "whole" | "tail" | "joined tail" | "wanted" | "start";

/** 30 bits, which the engine keeps without a box. */
export function token(kind: TokenKind, text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < kind.length; at += 1)
    hash = Math.imul(hash ^ kind.charCodeAt(at), 0x01000193);
  for (let at = 0; at < text.length; at += 1)
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) & 0x3fffffff;
}
