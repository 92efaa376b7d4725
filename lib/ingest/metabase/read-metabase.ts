import {
  asRecord,
  asText,
  type LooseRecord,
  ownValue,
  recordsIn,
  withoutUndefined,
} from "#lib/ingest/loose-value.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import { assetId } from "#lib/model/asset-id.ts";
import type { AssetFact, EdgeFact, ReadResult, SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { CardQueries } from "./card-query.ts";
import { asClause } from "./clause.ts";
import {
  dashcardsOf,
  keyOf,
  type MetabaseEntities,
  type MetabaseEntity,
  type MetabaseField,
  type MetabaseTable,
  readEntities,
} from "./metabase-entities.ts";

const NAMESPACE = "metabase";

/**
 * Metabase: answers of its API (cards, dashboards, databases with their metadata) or a serialisation (YAML). Each card
 * becomes the query that Metabase sends, native or built, with the cards that it stands on inside of it; cards are parts
 * of the dashboard that shows them.
 */
export function readMetabase(files: readonly SourceFile[]): ReadResult {
  const problems: Problem[] = [];
  const entities = readEntities(files, problems);
  const queries = new CardQueries(entities);
  const cards = nameEntities(
    [...entities.cards.values()].filter(({ record }) => record["archived"] !== true),
  );
  const dashboards = nameEntities(
    [...entities.dashboards.values()].filter(({ record }) => record["archived"] !== true),
  );
  const context: Context = { entities, queries, cards, dashboards, problems };
  return {
    facts: [
      ...[...entities.tables.values()].map((table) => tableFact(table, context)),
      ...[...cards.values()].map((card) => cardFact(card, context)),
      ...[...dashboards.values()].map((dashboard) => dashboardFact(dashboard, context)),
    ],
    problems,
  };
}

interface Named {
  readonly entity: MetabaseEntity;
  readonly name: AssetName;
}

interface Context {
  readonly entities: MetabaseEntities;
  readonly queries: CardQueries;
  readonly cards: ReadonlyMap<string, Named>;
  readonly dashboards: ReadonlyMap<string, Named>;
  readonly problems: Problem[];
}

/** People know cards and dashboards by their names; where two have the same one, the id tells them apart. */
function nameEntities(entities: readonly MetabaseEntity[]): ReadonlyMap<string, Named> {
  const counts = new Map<string, number>();
  const titleOf = ({ record, key }: MetabaseEntity): string => asText(record["name"]) ?? key;
  for (const entity of entities)
    counts.set(titleOf(entity), (counts.get(titleOf(entity)) ?? 0) + 1);
  return new Map(
    entities.map((entity) => {
      const title = titleOf(entity);
      const isShared = (counts.get(title) ?? 0) > 1;
      const name = isShared ? `${title} (${entity.key.slice(0, 8)})` : title;
      return [entity.key, { entity, name: { namespace: NAMESPACE, name } }];
    }),
  );
}

function tableFact(table: MetabaseTable, { entities, queries }: Context): AssetFact {
  const path = queries.pathOf(table);
  const columns = [...entities.fields.values()]
    .filter((field) => field.table === table.key)
    .map(({ name, type }) => withoutUndefined({ name, type }));
  return {
    name: { namespace: queries.namespaceOf(table), name: path.join(".") },
    path,
    kind: "table",
    attributes: { dialect: queries.dialectOf(table.database) },
    ...(columns.length === 0 ? {} : { columns, columnsComplete: false }),
    edges: [],
    queries: [],
    provenance: { file: table.file },
    placeholder: true,
  };
}

const cardKeyOf = (dashcard: LooseRecord): readonly string[] =>
  [
    keyOf(dashcard["card_id"]),
    ...recordsIn(dashcard["series"]).map((one) => keyOf(one["id"]) ?? keyOf(one["card_id"])),
  ].filter((key) => key !== undefined);

const placesOf = (card: Named, { dashboards }: Context): readonly Named[] =>
  [...dashboards.values()].filter(({ entity }) =>
    dashcardsOf(entity.record).some((dashcard) => cardKeyOf(dashcard).includes(card.entity.key)),
  );

function cardFact(card: Named, context: Context): AssetFact {
  const { entity, name } = card;
  const provenance = { file: entity.file };
  const query = context.queries.of(entity.record);
  const [shownOn] = placesOf(card, context);
  for (const lost of query?.lost ?? []) context.problems.push(lostPart(card, lost));
  if (query === undefined) context.problems.push(noQuery(card));
  const table = context.entities.tables.get(keyOf(entity.record["table_id"]) ?? "");
  const entityId = asText(entity.record["entity_id"]);
  return {
    name,
    kind: "chart",
    attributes: withoutUndefined({
      ...commonAttributes(entity.record),
      url: /^\d+$/.test(entity.key) ? `/question/${entity.key}` : undefined,
      dialect: query?.dialect,
      partOf:
        shownOn === undefined ? undefined : assetId(shownOn.name.namespace, shownOn.name.name),
    }),
    edges: [
      ...(query?.widgetFields ?? []).flatMap((field) => fieldEdge(field, context, provenance)),
      // What could not be read still reads the table that Metabase names for it.
      ...(query === undefined && table !== undefined
        ? [tableEdge(table, context, provenance)]
        : []),
    ],
    queries:
      query === undefined
        ? []
        : [
            {
              name: name.name,
              sql: query.sql,
              dialect: query.dialect,
              roles: query.outputs.map(({ label, role }) => ({ column: label, use: role })),
              provenance,
            },
          ],
    ...(entityId === undefined || entityId === name.name
      ? {}
      : { aliases: [{ namespace: NAMESPACE, name: entityId }] }),
    provenance,
  };
}

function fieldEdge(
  field: MetabaseField,
  { entities, queries }: Context,
  provenance: { readonly file: string },
): readonly EdgeFact[] {
  const table = entities.tables.get(field.table);
  if (table === undefined) return [];
  const path = queries.pathOf(table);
  const name = { namespace: queries.namespaceOf(table), name: path.join(".") };
  return [{ from: { name, path, column: field.name }, use: "BI_FILTER", provenance }];
}

function tableEdge(
  table: MetabaseTable,
  { queries }: Context,
  provenance: { readonly file: string },
): EdgeFact {
  const path = queries.pathOf(table);
  const name = { namespace: queries.namespaceOf(table), name: path.join(".") };
  return { from: { name, path }, use: "UNKNOWN", provenance };
}

function dashboardFact(dashboard: Named, context: Context): AssetFact {
  const { record, file } = dashboard.entity;
  const provenance = { file };
  const shown = dashcardsOf(record);
  const further = [...new Set(shown.flatMap(cardKeyOf))].flatMap((key): readonly EdgeFact[] => {
    const card = context.cards.get(key);
    if (card === undefined) {
      context.problems.push(lostCard(dashboard, key));
      return [];
    }
    // A card is a part of one dashboard; the others that show it take it as it is.
    const isOwn = placesOf(card, context)[0] === dashboard;
    return isOwn ? [] : [{ from: { name: card.name }, use: "IDENTITY", provenance }];
  });
  const filters = shown
    .flatMap((dashcard) => recordsIn(dashcard["parameter_mappings"]))
    .flatMap((mapping) => {
      const target = asClause(mapping["target"]);
      const key = keyOf(asClause(target?.args[0])?.args[0]);
      const field = key === undefined ? undefined : context.entities.fields.get(key);
      return field === undefined ? [] : fieldEdge(field, context, provenance);
    });
  const entityId = asText(record["entity_id"]);
  return {
    name: dashboard.name,
    kind: "dashboard",
    attributes: withoutUndefined({
      ...commonAttributes(record),
      url: /^\d+$/.test(dashboard.entity.key) ? `/dashboard/${dashboard.entity.key}` : undefined,
    }),
    edges: [...further, ...filters],
    queries: [],
    ...(entityId === undefined || entityId === dashboard.name.name
      ? {}
      : { aliases: [{ namespace: NAMESPACE, name: entityId }] }),
    provenance,
  };
}

function commonAttributes(
  record: LooseRecord,
): Pick<AssetFact["attributes"], "owner" | "description" | "extra"> {
  const creator = asRecord(record["creator"]);
  const owner =
    asText(ownValue(creator, "common_name")) ??
    asText(ownValue(creator, "email")) ??
    asText(record["creator_id"]);
  const display = asText(record["display"]);
  return withoutUndefined({
    owner,
    description: asText(record["description"]),
    extra: display === undefined ? undefined : { display },
  });
}

const lostPart = ({ name, entity }: Named, lost: string): Problem => ({
  code: "unresolved-name",
  message: `the card ${name.name} uses ${lost}, which is not in the export; that part of what it reads is not known`,
  next: "Export the databases' metadata, all cards and the snippets (/api/native-query-snippet) together.",
  file: entity.file,
  severity: "warning",
});

const noQuery = ({ name, entity }: Named): Problem => ({
  code: "unresolved-name",
  message: `the query of the card ${name.name} cannot be read; what it reads is not known`,
  next: "Export the databases' metadata (/api/database/ID/metadata) beside the cards.",
  file: entity.file,
  severity: "warning",
});

const lostCard = ({ name, entity }: Named, key: string): Problem => ({
  code: "unresolved-name",
  message: `the dashboard ${name.name} shows the card ${key}, which is not in the export; what it reads is not known`,
  next: "Export the card as well (/api/card).",
  file: entity.file,
  severity: "warning",
});
