import type { Brand } from "#lib/kit/brand.ts";

/**
 * The identity of an asset: OpenLineage's namespace and name in one text. Nobody else joins or splits it.
 *
 * `assetId("duckdb://shop", "main.orders")` is `duckdb:%2F%2Fshop/main.orders`: the three characters that
 * separate parts (`%`, `/`, `#`) are escaped inside a part, everything else stays as people wrote it.
 */
export type AssetId = Brand<string, "AssetId">;

/** An asset's id, `#`, and the escaped column name. */
export type ColumnId = Brand<string, "ColumnId">;

export interface AssetName {
  readonly namespace: string;
  readonly name: string;
}

const escapePart = (text: string): string =>
  /[%/#]/.test(text)
    ? text.replaceAll("%", "%25").replaceAll("/", "%2F").replaceAll("#", "%23")
    : text;

const unescapePart = (text: string): string =>
  text.includes("%")
    ? text.replaceAll("%23", "#").replaceAll("%2F", "/").replaceAll("%25", "%")
    : text;

/** The namespace that was asked for last: mostly it is the same again. */
let last = { namespace: "", escaped: "" };

export function assetId(namespace: string, name: string): AssetId {
  if (last.namespace !== namespace) last = { namespace, escaped: escapePart(namespace) };
  return `${last.escaped}/${escapePart(name)}` as AssetId;
}

export function columnId(asset: AssetId, column: string): ColumnId {
  return `${asset}#${escapePart(column)}` as ColumnId;
}

/** The parts of an id made by `assetId`. */
export function assetNameOf(id: AssetId): AssetName {
  const cut = id.indexOf("/");
  return { namespace: unescapePart(id.slice(0, cut)), name: unescapePart(id.slice(cut + 1)) };
}

/** The parts of an id made by `columnId`. */
export function columnOf(id: ColumnId): { readonly asset: AssetId; readonly column: string } {
  const cut = id.indexOf("#");
  return { asset: id.slice(0, cut) as AssetId, column: unescapePart(id.slice(cut + 1)) };
}

/** Takes text from outside (a URL, a request) for an asset id, or gives undefined where it has not the form of one. */
export function parseAssetId(text: string): AssetId | undefined {
  const parts = text.split("/");
  return parts.length === 2 && !text.includes("#") ? (text as AssetId) : undefined;
}

/** The last part of a dotted or slashed name: what a person calls the asset. `mesh.checkout.orders` is `orders`. */
export function shortNameOf(name: string): string {
  const trimmed = name.replace(/[/.]+$/, "");
  const cut = Math.max(trimmed.lastIndexOf("."), trimmed.lastIndexOf("/"));
  return cut >= 0 && cut < trimmed.length - 1 ? trimmed.slice(cut + 1) : trimmed || name;
}
