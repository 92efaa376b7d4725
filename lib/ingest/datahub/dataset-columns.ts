import {
  asNumber,
  asText,
  type LooseRecord,
  recordsIn,
  textsIn,
  withoutUndefined,
} from "#lib/ingest/loose-value.ts";
import { utcStamp } from "#lib/ingest/utc-stamp.ts";
import type { Column, Profile } from "#lib/model/asset.ts";
import type { Entities } from "./aspects.ts";
import { tagsOf } from "./entity-attributes.ts";
import { plainFieldPath } from "./urn.ts";

/** A dataset's columns in order; what is nested inside one is read through it. */
export function readColumns(urn: string, entities: Entities): readonly Column[] | undefined {
  const schema = entities.aspect(urn, "schemametadata");
  if (schema === undefined) return undefined;
  const edited = new Map(
    recordsIn(entities.aspect(urn, "editableschemametadata")?.["editableSchemaFieldInfo"]).map(
      (field) => [plainFieldPath(asText(field["fieldPath"]) ?? ""), field],
    ),
  );
  const fields = recordsIn(schema["fields"]).flatMap((field) => {
    const path = asText(field["fieldPath"]);
    return path === undefined ? [] : [{ field, path: plainFieldPath(path) }];
  });
  const names = new Set(fields.map(({ path }) => path));
  const keys = keysOf(schema, fields);
  // False is what a connector leaves that does not know; one that knows finds a column that may be null.
  const knowsNulls = fields.some(({ field }) => field["nullable"] === true);
  const profiles = readProfiles(entities.aspect(urn, "datasetprofile"));
  const columns = fields
    .filter(({ path }) => !isInside(path, names))
    .map(({ field, path }): Column => {
      const more = edited.get(path);
      const tags = tagsOf([...tagRecords(field), ...tagRecords(more)], entities);
      return withoutUndefined({
        name: path,
        type: asText(field["nativeDataType"]),
        nullable: knowsNulls && field["nullable"] === false ? false : undefined,
        unique: keys.length === 1 && keys[0] === path ? true : undefined,
        description: asText(more?.["description"]) ?? asText(field["description"]),
        profile: profiles.get(path),
        extra: tags.length === 0 ? undefined : { tags },
      });
    });
  // The fields of a topic's key and value may be called alike.
  return [...new Map(columns.map((column) => [column.name, column])).values()];
}

const tagRecords = (field: LooseRecord | undefined): readonly LooseRecord[] => {
  const tags = field?.["globalTags"] ?? field?.["tags"];
  return recordsIn((tags as LooseRecord | undefined)?.["tags"]).map((one) => ({
    tag: typeof one["tag"] === "object" ? (one["tag"] as LooseRecord | null)?.["urn"] : one["tag"],
  }));
};

/** `shipment.date` where there is a `shipment`. */
function isInside(path: string, names: ReadonlySet<string>): boolean {
  for (let cut = path.lastIndexOf("."); cut > 0; cut = path.lastIndexOf(".", cut - 1))
    if (names.has(path.slice(0, cut))) return true;
  return false;
}

function keysOf(
  schema: LooseRecord,
  fields: readonly { readonly field: LooseRecord; readonly path: string }[],
): readonly string[] {
  const said = textsIn(schema["primaryKeys"]).map(plainFieldPath);
  return said.length > 0
    ? said
    : fields.filter(({ field }) => field["isPartOfKey"] === true).map(({ path }) => path);
}

/** Rows of the newest profile. */
export const rowsOf = (urn: string, entities: Entities): number | undefined =>
  asNumber(entities.aspect(urn, "datasetprofile")?.["rowCount"]);

function readProfiles(profile: LooseRecord | undefined): ReadonlyMap<string, Profile> {
  const millis = asNumber(profile?.["timestampMillis"]);
  const rows = asNumber(profile?.["rowCount"]);
  const observedAt = millis === undefined ? undefined : `${utcStamp(Math.floor(millis / 1000))}Z`;
  return new Map(
    recordsIn(profile?.["fieldProfiles"]).flatMap((field) => {
      const path = asText(field["fieldPath"]);
      const nulls = asNumber(field["nullCount"]);
      const share =
        asNumber(field["nullProportion"]) ??
        (nulls === undefined || !rows ? undefined : nulls / rows);
      const read: Profile = withoutUndefined({
        nullShare: share,
        distinct: asNumber(field["uniqueCount"]),
        rows,
        observedAt,
      });
      return path === undefined ? [] : [[plainFieldPath(path), read] as const];
    }),
  );
}
