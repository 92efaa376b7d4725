import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import type { ContractShape, ObjectShape } from "#lib/ingest/contract/contract-shape.ts";
import { hoursOfSla } from "#lib/ingest/contract/diff-sla.ts";
import type { ContractViolation } from "./contract-violation.ts";
import { breaksBounds } from "./quality-bounds.ts";

/** Rules about the number of rows against the rows that were counted. */
export function checkRows(object: ObjectShape, table: MergedAsset): readonly ContractViolation[] {
  const rows =
    table.attributes.rows ??
    table.columns.find(({ profile }) => profile?.rows !== undefined)?.profile?.rows;
  return object.quality.flatMap((rule): readonly ContractViolation[] => {
    if (!/^rowCount$/i.test(rule.metric ?? "") || rows === undefined) return [];
    const broken = breaksBounds(rule, rows);
    if (broken === undefined) return [];
    return [
      {
        path: object.name,
        rule: "quality-broken",
        severity: "error",
        what: `${rule.label}: ${broken} is promised, and the table has ${rows} rows`,
        promised: broken,
        observed: String(rows),
        asset: table.id,
      },
    ];
  });
}

const HOUR = 3_600_000;

/** The promised freshness against the time of the last run that wrote the table. */
export function checkFreshness({
  contract,
  object,
  table,
  now,
}: {
  readonly contract: ContractShape;
  readonly object: ObjectShape;
  readonly table: MergedAsset;
  readonly now: string;
}): readonly ContractViolation[] {
  const { lastRun } = table.attributes;
  const promised = contract.sla
    .filter(({ property, element }) => {
      const own = element?.split(".")[0];
      return (
        /^(?:freshness|latency)$/i.test(property) && (own === undefined || own === object.name)
      );
    })
    .flatMap((sla) => hoursOfSla(sla) ?? []);
  if (promised.length === 0) return [];
  const hours = Math.min(...promised);
  const path = object.name;
  if (lastRun === undefined)
    return [
      {
        path,
        rule: "not-observed",
        severity: "info",
        what: `${hours} h are promised, and no run was seen that writes the table`,
        asset: table.id,
      },
    ];
  const age = (Date.parse(now) - Date.parse(lastRun.at)) / HOUR;
  if (age <= hours && lastRun.state !== "failed") return [];
  const seen =
    lastRun.state === "failed" ? "its last run failed" : `it was written ${Math.round(age)} h ago`;
  return [
    {
      path,
      rule: "too-old",
      severity: "error",
      what: `${hours} h are promised, and ${seen}`,
      promised: `${hours} h`,
      observed: lastRun.at,
      asset: table.id,
    },
  ];
}
