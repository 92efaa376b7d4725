import type { AssetName } from "#lib/model/asset-id.ts";
import type { CatalogPlatform } from "./catalog-platform.ts";
import { joinRelationName } from "./relation-name.ts";

/** A table as a catalogue knows it. */
export interface CatalogTable {
  /** The catalogue's own name of it, which nothing else has. */
  readonly id: string;
  readonly platform: CatalogPlatform;
  /** Outermost first, without what the catalogue itself puts before (a service, an instance). */
  readonly path: readonly string[];
  /** The service, instance or environment: what tells tables of one path apart. */
  readonly system: string;
  /** It is surely another than the one that others mean by this path: a copy for development. */
  readonly isCopy?: boolean;
}

export interface NamedTable {
  readonly name: AssetName;
  /** Absent where names are no paths of a database. */
  readonly path?: readonly string[];
}

/**
 * What a catalogue's tables are called for everybody. A catalogue rarely knows on which server a table is, so the engine alone
 * is said, and the table joins the one that other sources know by this path. Tables of several systems that have one path
 * are told apart by the system; nothing joins them, and whoever names the path alone is told that it is ambiguous.
 */
export function nameTables(tables: readonly CatalogTable[]): ReadonlyMap<string, NamedTable> {
  const systems = new Map<string, Set<string>>();
  for (const table of tables) {
    const key = keyOf(table);
    systems.set(key, (systems.get(key) ?? new Set()).add(table.system));
  }
  return new Map(
    tables.map((table) => {
      const isOneOfSeveral = (systems.get(keyOf(table))?.size ?? 0) > 1;
      return [table.id, nameOf(table, isOneOfSeveral || table.isCopy === true)];
    }),
  );
}

const keyOf = ({ platform, path }: CatalogTable): string =>
  JSON.stringify([platform.engine, ...path.map((part) => part.toLowerCase())]);

function nameOf({ platform, path, system }: CatalogTable, isApart: boolean): NamedTable {
  const { engine, files, kind } = platform;
  if (files !== undefined) return { name: fileName(files, path.join("/")) };
  const namespace = isApart ? `${engine}://${system || "default"}` : engine;
  if (kind === "topic") return { name: { namespace, name: path.join(".") } };
  return { name: { namespace, name: joinRelationName(path) }, path };
}

/** `lake/orders` of S3 is `s3://lake` and `orders`. */
function fileName(scheme: string, text: string): AssetName {
  const address = text.includes("://") ? text : `${scheme}://${text}`;
  const [, place, name] = /^(\w+:\/\/[^/]*)\/+(.+?)\/*$/.exec(address) ?? [];
  return place === undefined || name === undefined
    ? { namespace: scheme, name: text }
    : { namespace: place, name };
}
