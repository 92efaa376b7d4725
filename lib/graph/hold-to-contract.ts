import type { Column, ContractRef } from "#lib/model/asset.ts";
import type { StoredClaim } from "#lib/model/claim.ts";

type Borne = Pick<ContractRef, "absent" | "unproven">;

/**
 * What of a contract's columns nobody else bears out: those that are not there, and those of which only the contract says
 * what it promises of them. Of what is no contract of its own (dbt's is part of its model) nothing.
 */
export function holdToContract(claims: readonly StoredClaim[]): Borne {
  const living = claims.filter(({ staleSince }) => staleSince === undefined);
  const promised = living
    .filter(({ source }) => source.kind === "contract")
    .flatMap(({ claim }) => claim.columns ?? []);
  if (promised.length === 0) return {};
  const others = living.filter(({ source }) => source.kind !== "contract");
  const told = new Map<string, Column[]>();
  for (const column of others.flatMap(({ claim }) => claim.columns ?? [])) {
    const key = column.name.toLowerCase();
    const list = told.get(key);
    if (list === undefined) told.set(key, [column]);
    else list.push(column);
  }
  const isWhole = others.some(({ claim }) => claim.columnsComplete);
  const absent = namesOf(promised, ({ name }) => isWhole && !told.has(name.toLowerCase()));
  const unproven = namesOf(
    promised,
    (column) =>
      !absent.includes(column.name) &&
      !isBorneOut(column, told.get(column.name.toLowerCase()) ?? []),
  );
  return {
    ...(absent.length === 0 ? {} : { absent }),
    ...(unproven.length === 0 ? {} : { unproven }),
  };
}

const namesOf = (
  columns: readonly Column[],
  fits: (column: Column) => boolean,
): readonly string[] => [...new Set(columns.filter(fits).map(({ name }) => name))];

const isBorneOut = ({ nullable, unique }: Column, told: readonly Column[]): boolean =>
  told.length > 0 &&
  (nullable !== false || told.some((one) => one.nullable === false)) &&
  (unique !== true || told.some((one) => one.unique === true));
