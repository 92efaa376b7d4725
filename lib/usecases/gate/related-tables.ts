import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import { readsThrough } from "#lib/graph/reads-of.ts";
import { splitRelationName } from "#lib/ingest/relation-name.ts";
import { isConsumerKind } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";

interface Deployed {
  /** The tables and views that the statements name. */
  readonly named: readonly MergedAsset[];
  readonly deployed: readonly MergedAsset[];
}

const CASCADED_DROP =
  /\bdrop\s+(?:foreign\s+table|materialized\s+view|table|view)\b[^;]*\bcascade\b/i;
const CASCADED_TRUNCATE = /\btruncate\b[^;]*\bcascade\b/i;
const TYPES = /\b(?:alter|drop)\s+(?:type|domain)\s+(?:if\s+exists\s+)?([^;]*)/gi;

/** What statements reach without its name: by CASCADE, or by the type of its columns. */
export function relatedTables(text: string, { named, deployed }: Deployed): readonly MergedAsset[] {
  const types = new Set(
    [...text.matchAll(TYPES)].flatMap(([, rest = ""]) => rest.toLowerCase().match(/[\w$]+/g) ?? []),
  );
  return [
    ...(CASCADED_DROP.test(text) ? viewsOn(named, deployed) : []),
    ...(CASCADED_TRUNCATE.test(text) ? referringTo(named, deployed) : []),
    ...(types.size === 0 ? [] : deployed.filter((asset) => hasType(asset, types))),
  ].filter(({ columns }) => columns.length > 0);
}

const hasType = ({ columns, kind }: MergedAsset, types: ReadonlySet<string>): boolean =>
  !isConsumerKind(kind) &&
  columns.some(({ type = "" }) =>
    types.has(type.split(".").at(-1)?.replaceAll('"', "").toLowerCase() ?? ""),
  );

/** Views that the database made of some tables, and those that it made of these. A view of dbt's is one of them. */
export function viewsOn(
  tables: readonly MergedAsset[],
  deployed: readonly MergedAsset[],
): readonly MergedAsset[] {
  const views = deployed.filter(
    ({ kind, attributes: { materialization, extra } }) =>
      kind === "view" || materialization === "view" || extra?.["materializedView"] === true,
  );
  const reads = new Map(views.map((view) => [view, readsThrough(view)]));
  return closureOf(tables, (id) => views.filter((view) => reads.get(view)?.has(id)));
}

/** Tables with a foreign key to some tables, and to these. */
function referringTo(
  tables: readonly MergedAsset[],
  deployed: readonly MergedAsset[],
): readonly MergedAsset[] {
  const byId = new Map(deployed.map((asset) => [asset.id, asset]));
  return closureOf(tables, (id) => {
    const wanted = byId.get(id);
    return wanted === undefined
      ? []
      : deployed.filter((asset) => parentsOf(asset).some((path) => endsIn(wanted, path)));
  });
}

/** The tables that rows of this one must have a row in. */
export function parentsOf({ attributes }: MergedAsset): readonly (readonly string[])[] {
  const said: unknown = attributes.extra?.["refersTo"];
  return (Array.isArray(said) ? said : []).filter(
    (path): path is string[] =>
      Array.isArray(path) && path.length > 0 && path.every((part) => typeof part === "string"),
  );
}

function endsIn({ name }: MergedAsset, path: readonly string[]): boolean {
  const own = splitRelationName(name).map((part) => part.toLowerCase());
  return path.every((part, at) => own[own.length - path.length + at] === part.toLowerCase());
}

function closureOf(
  start: readonly MergedAsset[],
  next: (id: AssetId) => readonly MergedAsset[],
): readonly MergedAsset[] {
  const found = new Map<AssetId, MergedAsset>();
  const open = start.map(({ id }) => id);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const asset of next(id)) {
      if (found.has(asset.id)) continue;
      found.set(asset.id, asset);
      open.push(asset.id);
    }
  }
  return [...found.values()];
}
