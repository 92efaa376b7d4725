import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { classifyType } from "#lib/impact/classify-type.ts";
import type { ContractSeverity } from "#lib/ingest/contract/contract-change.ts";
import type {
  ContractShape,
  ObjectShape,
  PropertyShape,
} from "#lib/ingest/contract/contract-shape.ts";
import { makeTable } from "#lib/kit/make-table.ts";
import type { Column } from "#lib/model/asset.ts";
import { checkProfile } from "./check-profile.ts";
import { checkFreshness, checkRows } from "./check-table.ts";
import type { ContractViolation } from "./contract-violation.ts";
import { findPromisedTable } from "./find-promised-table.ts";
import { untoldOfProperty, untoldOfTable } from "./list-unobserved.ts";

export interface ContractCheck {
  readonly contract: string;
  readonly version: string;
  readonly kept: boolean;
  readonly counts: Readonly<Record<ContractSeverity, number>>;
  readonly violations: readonly ContractViolation[];
}

/**
 * Holds a contract to what was observed: the graph of all sources but contracts, with its types, constraints, profiles and
 * last runs. What cannot be known is said as info, never passed over as kept.
 */
export function checkContract({
  contract,
  observed,
  now,
}: {
  readonly contract: ContractShape;
  /** Without what contracts themselves say. */
  readonly observed: MergedGraph;
  /** ISO 8601. */
  readonly now: string;
}): ContractCheck {
  const violations =
    contract.objects.length === 0
      ? [noTables(contract)]
      : contract.objects.flatMap((object) => {
          const table = findPromisedTable(observed, object);
          return table === undefined || table.placeholder
            ? [notFound(object)]
            : [
                ...object.properties.flatMap((property) => checkProperty(object, property, table)),
                ...checkUnpromised(object, table),
                ...checkRows(object, table),
                ...untoldOfTable(object, table),
                ...checkFreshness({ contract, object, table, now }),
              ];
        });
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of violations) counts[severity] += 1;
  return {
    contract: contract.id,
    version: contract.version,
    kept: counts.error === 0,
    counts,
    violations,
  };
}

const noTables = ({ id }: ContractShape): ContractViolation => ({
  path: id,
  rule: "nothing-promised",
  severity: "info",
  what: "the contract promises nothing of any table",
});

const notFound = ({ name, place }: ObjectShape): ContractViolation => ({
  path: name,
  rule: "table-missing",
  severity: "error",
  what: `nothing that was read has the table ${place.path.join(".")}`,
});

function checkProperty(
  object: ObjectShape,
  property: PropertyShape,
  table: MergedAsset,
): readonly ContractViolation[] {
  const path = `${object.name}.${property.path}`;
  const untold = untoldOfProperty(property, { path, asset: table.id });
  // What is inside a column is told in its type, which engines spell too differently to compare.
  if (property.isNested) return untold;
  const column = table.columns.find(
    ({ name }) => name.toLowerCase() === property.column.toLowerCase(),
  );
  if (column === undefined) return [missing({ path, property, table })];
  return [
    ...checkType({ path, property, column, table }),
    ...checkNullable({ path, property, column, table }),
    ...checkProfile({ path, object, property, column, asset: table.id }),
    ...untold,
  ];
}

const missing = ({
  path,
  property,
  table,
}: {
  readonly path: string;
  readonly property: PropertyShape;
  readonly table: MergedAsset;
}): ContractViolation =>
  table.columnsComplete
    ? {
        path,
        rule: "column-missing",
        severity: "error",
        what: `the table has no column ${property.column}`,
        asset: table.id,
      }
    : {
        path,
        rule: "not-observed",
        severity: "info",
        what: `nobody listed all columns of the table, and none listed ${property.column}`,
        asset: table.id,
      };

interface Observed {
  readonly path: string;
  readonly property: PropertyShape;
  readonly column: Column;
  readonly table: MergedAsset;
}

/** What the logical types of the standard are on engines. */
const LOGICAL: Readonly<Record<string, readonly string[]>> = makeTable({
  string: ["varchar", "uuid", "json"],
  integer: ["bigint", "tinyint"],
  number: ["bigint", "double", "decimal(38,9)"],
  boolean: ["boolean"],
  date: ["date"],
  timestamp: ["timestamp", "timestamp with time zone"],
  time: ["time"],
});

function checkType({ path, property, column, table }: Observed): readonly ContractViolation[] {
  const { type } = column;
  if (type === undefined) return [];
  const { physicalType, logicalType } = property;
  const said = (promised: string, severity: ContractSeverity): ContractViolation => ({
    path,
    rule: "type-differs",
    severity,
    what: `it is ${type}, and ${promised} is promised`,
    promised,
    observed: type,
    asset: table.id,
  });
  if (physicalType !== undefined) {
    const found = classifyType(physicalType, type);
    if (found === "same") return [];
    // A type that holds all that was promised breaks nobody by its values.
    return [said(physicalType, found === "type_widened" ? "warning" : "error")];
  }
  const allowed = LOGICAL[logicalType ?? ""];
  if (allowed === undefined || logicalType === undefined) return [];
  const fits = allowed.some((one) => {
    const found = classifyType(one, type);
    return found === "same" || found === "type_widened" || found === "type_narrowed_lossy";
  });
  return fits ? [] : [said(logicalType, "error")];
}

function checkNullable({ path, property, column, table }: Observed): readonly ContractViolation[] {
  if (!property.required || column.nullable !== true || column.profile?.nullShare !== undefined)
    return [];
  return [
    {
      path,
      rule: "may-be-null",
      severity: "warning",
      what: "it is promised to be required, and the table lets it be null",
      asset: table.id,
    },
  ];
}

/** What a table has beyond its contract may go at any time: nobody promised it. */
function checkUnpromised(object: ObjectShape, table: MergedAsset): readonly ContractViolation[] {
  const promised = new Set(object.properties.map(({ column }) => column.toLowerCase()));
  const others = table.columns.filter(({ name }) => !promised.has(name.toLowerCase()));
  if (others.length === 0) return [];
  return [
    {
      path: object.name,
      rule: "not-promised",
      severity: "info",
      what: `the table has ${others.length} more: ${others.map(({ name }) => name).join(", ")}`,
      asset: table.id,
    },
  ];
}
