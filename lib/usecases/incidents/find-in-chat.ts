import { findAssetByName, isAssetName } from "#lib/graph/find-asset-by-name.ts";
import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import { assetAtAddress } from "../ask/addresses-in.ts";
import { isAddress } from "../ask/search-address.ts";
import { splitReference } from "../ask/split-reference.ts";
import type { ReadText } from "./find-in-error-text.ts";
import type { FoundInText } from "./found-in-text.ts";

const ADDRESS = /https?:\/\/[^\s<>|"'`)\]]+/gi;

/** Two parts or more, each plain or in the quotes of an engine: `a.b`, `"a"."b"`, `` `a`.`b` ``, `[a].[b]`. */
const NAME =
  /(?:["`[][^"`\][\n]{1,200}["`\]]|[\p{L}_][\p{L}\p{N}_$-]*)(?:\.(?:["`[][^"`\][\n]{1,200}["`\]]|[\p{L}\p{N}_$-]+))+/gu;

/** One name alone in the quotes of an engine. */
const QUOTED = /^\s*["`[]([^"`\][\n]{1,200})["`\]]\s*$/;

/** Chats are short; of a whole log the error text is read. */
const MOST_TEXT = 20_000;
const MOST_NAMES = 20;

/**
 * What a pasted line of chat is about: the pages whose addresses stand in it, else the tables and columns that it names, in
 * whatever quotes, with or without the database before them. Undefined: it holds neither, or is nothing but an address.
 */
export function findInChat(graph: MergedGraph, text: string): ReadText | undefined {
  if (text.length > MOST_TEXT || isAddress(text)) return undefined;
  const addresses = [...text.matchAll(ADDRESS)].map(([url]) => url.replace(/[.,;:!?]+$/, ""));
  const pages = addresses.flatMap((url): readonly FoundInText[] => {
    const id = assetAtAddress(graph, url);
    const asset = id === undefined ? undefined : graph.assets.get(id);
    return asset === undefined ? [] : [{ asset }];
  });
  const names = namesIn(text.replace(ADDRESS, " "));
  const found = pages.length > 0 ? pages : names.flatMap((name) => findTail(graph, name));
  const lookedFor = [...addresses, ...names].slice(0, MOST_NAMES).join(", ");
  return lookedFor === "" ? undefined : { found, isAmbiguous: false, lookedFor, unknown: [] };
}

function namesIn(text: string): readonly string[] {
  const alone = QUOTED.exec(text)?.[1];
  if (alone !== undefined) return [alone];
  const all = [...text.matchAll(NAME)].map(([name]) => name.replace(/["`[\]]/g, ""));
  return [...new Set(all)].slice(0, MOST_NAMES);
}

/** The longest tail of a name that one asset answers to, or a column of one. */
function findTail(graph: MergedGraph, name: string): readonly FoundInText[] {
  const parts = name.split(".");
  for (let from = 0; from < Math.max(1, parts.length - 1); from++) {
    const tail = parts.slice(from).join(".");
    const { asset: named, column } = splitReference(graph, tail);
    if (!isAssetName(graph, named)) continue;
    const asset = findAssetByName(graph, named);
    if (!asset.ok) return [];
    if (column === undefined) return [{ asset: asset.value }];
    const own = asset.value.columns.find(
      ({ name: one }) => one.toLowerCase() === column.toLowerCase(),
    );
    return own === undefined ? [] : [{ asset: asset.value, column: own.name }];
  }
  return [];
}
