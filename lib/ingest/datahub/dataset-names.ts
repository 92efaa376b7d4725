import { asText, recordsIn, textsIn } from "#lib/ingest/loose-value.ts";
import type { AssetKind } from "#lib/model/asset.ts";
import { type CatalogTable, type NamedTable, nameTables } from "../catalog-names.ts";
import { type CatalogPlatform, platformOf } from "../catalog-platform.ts";
import type { Entities } from "./aspects.ts";
import { nameInUrn, parseUrn } from "./urn.ts";

/** A dataset's URN as everybody's name. */
export interface DatasetName extends NamedTable {
  readonly dialect?: string;
  readonly kind: AssetKind;
  /** The dataset that dbt's own entry of a table stands for. */
  readonly sibling?: string;
}

/** dbt's models that no table of a warehouse is said to be; they may be of any system. */
const ANY_SYSTEM: CatalogPlatform = { engine: "datahub", kind: "table" };

/**
 * Names for datasets by their URNs. An instance that stands before the name is taken off where DataHub says that it is one.
 * dbt's entry of a model is the table that it makes, where that is said to be its one sibling.
 */
export function nameDatasets(
  urns: readonly string[],
  entities: Entities,
): ReadonlyMap<string, DatasetName> {
  const read = urns.flatMap((urn) => readDataset(urn, entities) ?? []);
  const named = nameTables(read);
  const siblings = gatherSiblings(entities);
  const byUrn = new Map(read.map((table) => [table.id, table]));
  return new Map(
    read.map((table) => {
      const sibling = siblingOf(table, { byUrn, siblings });
      const chosen = sibling ?? table;
      const { platform } = chosen;
      const name = named.get(chosen.id) ?? { name: { namespace: "datahub", name: table.id } };
      return [
        table.id,
        {
          ...name,
          kind: platform.kind,
          ...(platform.dialect === undefined ? {} : { dialect: platform.dialect }),
          ...(sibling === undefined ? {} : { sibling: sibling.id }),
        },
      ];
    }),
  );
}

interface ReadTable extends CatalogTable {
  readonly isDbt: boolean;
}

function readDataset(urn: string, entities: Entities): ReadTable | undefined {
  const [platformUrn, name, env = "PROD"] = parseUrn(urn)?.parts ?? [];
  if (platformUrn === undefined || name === undefined) return undefined;
  const word = nameInUrn(platformUrn);
  const said = entities.aspect(urn, "dataplatforminstance");
  const instance = nameInUrn(asText(said?.["instance"]) ?? asText(said?.["instanceId"]) ?? "");
  const isDbt = word === "dbt";
  const platform = isDbt ? ANY_SYSTEM : platformOf(word);
  const bare =
    instance !== "" && name.toLowerCase().startsWith(`${instance.toLowerCase()}.`)
      ? name.slice(instance.length + 1)
      : name;
  const isPath = platform.kind === "table" && !bare.includes("/");
  return {
    id: urn,
    platform,
    path: isPath ? bare.split(".") : [bare],
    system: [instance, env === "PROD" ? "" : env].filter((part) => part !== "").join("."),
    isDbt,
    isCopy: env !== "PROD",
  };
}

/** By URN, what either side says is another entry of the same thing. */
function gatherSiblings(entities: Entities): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const add = (one: string, other: string): void => {
    found.set(one, (found.get(one) ?? new Set()).add(other));
  };
  for (const { urn, aspects } of entities.all.values()) {
    const said = textsIn(aspects.get("siblings")?.["siblings"]);
    // Before a server has made them siblings, the table is said to be a copy of dbt's entry.
    const copied = recordsIn(aspects.get("upstreamlineage")?.["upstreams"]).flatMap((one) =>
      one["type"] === "COPY" ? (asText(one["dataset"]) ?? []) : [],
    );
    for (const other of [...said, ...copied.filter((one) => one.includes("dataPlatform:dbt,"))]) {
      add(urn, other);
      add(other, urn);
    }
  }
  return found;
}

function siblingOf(
  table: ReadTable,
  {
    byUrn,
    siblings,
  }: {
    readonly byUrn: ReadonlyMap<string, ReadTable>;
    readonly siblings: ReadonlyMap<string, ReadonlySet<string>>;
  },
): ReadTable | undefined {
  if (!table.isDbt) return undefined;
  const own = [...(siblings.get(table.id) ?? [])];
  const others = own.flatMap((urn) => byUrn.get(urn) ?? []).filter(({ isDbt }) => !isDbt);
  // Of several nothing says which one it is.
  return others.length === 1 ? others[0] : undefined;
}
