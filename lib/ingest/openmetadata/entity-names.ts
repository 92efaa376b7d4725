import { asText } from "#lib/ingest/loose-value.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import type { FactEnd } from "#lib/model/fact.ts";
import { type NamedTable, nameTables } from "../catalog-names.ts";
import { type CatalogPlatform, platformOf } from "../catalog-platform.ts";
import { fqnKey, splitFqn } from "./fully-qualified-name.ts";
import type { Entity, Gathered } from "./gather-entities.ts";

/** What entities are called for everybody. */
export interface Names {
  readonly named: (entity: Entity) => NamedTable;
  readonly platform: (entity: Entity) => CatalogPlatform;
  readonly endOf: (entity: Entity) => FactEnd;
  /** The column that a name below an entity means; undefined where the name is not below it. */
  readonly columnIn: (entity: Entity, fqn: string) => string | undefined;
}

/** They have databases: one that is called `default` is one. For others OpenMetadata makes the word up. */
const HAS_DATABASES: ReadonlySet<string> = new Set([
  "postgres",
  "redshift",
  "snowflake",
  "bigquery",
  "mssql",
  "databricks",
]);

/** Of what holds rows; the others are named within their service. */
const HOLDS_ROWS: ReadonlySet<Entity["type"]> = new Set(["table", "topic", "container"]);

export function createNames(gathered: Gathered): Names {
  const services = serviceTypes(gathered);
  const platform = (entity: Entity): CatalogPlatform => {
    const word = services.get(entity.parts[0] ?? "") ?? "";
    return word === "" ? UNKNOWN_SYSTEM : platformOf(word);
  };
  const all = [...gathered.entities.values()];
  const tables = nameTables(
    all
      .filter(({ type }) => HOLDS_ROWS.has(type))
      .map((entity) => ({
        id: fqnKey(entity.parts),
        platform: platform(entity),
        path: pathOf(entity, platform(entity)),
        system: entity.parts[0] ?? "",
      })),
  );
  const titles = uniqueTitles(all.filter(({ type }) => !HOLDS_ROWS.has(type)));
  const named = (entity: Entity): NamedTable =>
    tables.get(fqnKey(entity.parts)) ?? { name: nameInService(entity, { services, titles }) };
  return {
    named,
    platform,
    endOf: (entity) => {
      const { name, path } = named(entity);
      return { name, ...(path === undefined ? {} : { path }) };
    },
    columnIn: (entity, fqn) => {
      const parts = splitFqn(fqn);
      const own = entity.parts;
      const isBelow = parts.length > own.length && own.every((part, at) => part === parts[at]);
      // What is inside of a column is read through it.
      return isBelow ? parts[own.length] : undefined;
    },
  };
}

/** A service that only lineage names. */
const UNKNOWN_SYSTEM: CatalogPlatform = { engine: "openmetadata", kind: "table" };

function serviceTypes(gathered: Gathered): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { parts, record } of gathered.entities.values()) {
    const type = asText(record?.["serviceType"]);
    const [service] = parts;
    if (service !== undefined && type !== undefined) found.set(service, type);
  }
  return found;
}

function pathOf({ type, parts, record }: Entity, platform: CatalogPlatform): readonly string[] {
  const address = type === "container" ? asText(record?.["fullPath"]) : undefined;
  if (address !== undefined) return [address];
  const [, ...path] = parts;
  const isMadeUp = path.length > 2 && path[0] === "default" && !HAS_DATABASES.has(platform.engine);
  return isMadeUp ? path.slice(1) : path;
}

const titleOf = ({ record }: Entity): string | undefined =>
  asText(record?.["displayName"]) ?? undefined;

const keyOf = ({ type, parts }: Entity, title: string): string =>
  JSON.stringify([type, parts[0], title]);

/** What no other of its service is called as well. */
function uniqueTitles(entities: readonly Entity[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const entity of entities) {
    const title = titleOf(entity);
    if (title !== undefined)
      counts.set(keyOf(entity, title), (counts.get(keyOf(entity, title)) ?? 0) + 1);
  }
  return new Set([...counts].filter(([, count]) => count === 1).map(([key]) => key));
}

function nameInService(
  entity: Entity,
  {
    services,
    titles,
  }: { readonly services: ReadonlyMap<string, string>; readonly titles: ReadonlySet<string> },
): AssetName {
  const [service = "openmetadata", ...rest] = entity.parts;
  const title = titleOf(entity);
  const isUnique = title !== undefined && titles.has(keyOf(entity, title));
  const tool = services.get(service)?.toLowerCase();
  return {
    namespace:
      tool === undefined || tool === service.toLowerCase() ? service : `${tool}.${service}`,
    name: isUnique ? title : rest.join(".") || service,
  };
}

/** The entity that a column's name lies below: the longest that is known. */
export function ownerOfColumn(fqn: string, gathered: Gathered): Entity | undefined {
  const parts = splitFqn(fqn);
  for (let length = parts.length - 1; length > 0; length -= 1) {
    const found = gathered.find(parts.slice(0, length));
    if (found !== undefined) return found;
  }
  return undefined;
}
