import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import { isToCome } from "#lib/incidents/clock-slack.ts";
import type { ContractShape, ObjectShape } from "#lib/ingest/contract/contract-shape.ts";
import { hoursOfSla } from "#lib/ingest/contract/sla-duration.ts";
import { concernsTable } from "#lib/ingest/contract/sla-element.ts";
import { shortJson } from "#lib/kit/short-text.ts";
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
  const promised = contract.sla.filter(
    ({ property, element }) =>
      /^(?:freshness|latency)$/i.test(property) &&
      concernsTable(element, [object.name, object.physicalName]),
  );
  const path = object.name;
  const unread = promised.flatMap((sla): readonly ContractViolation[] =>
    hoursOfSla(sla) === undefined
      ? [
          {
            path,
            rule: "not-observed",
            severity: "info",
            what: `its ${sla.property} of ${shortJson(sla.value)} is promised, which is no time that can be read`,
            asset: table.id,
          },
        ]
      : [],
  );
  return [
    ...unread,
    ...checkAge({ path, table, now, promised: promised.flatMap((sla) => hoursOfSla(sla) ?? []) }),
  ];
}

function checkAge({
  path,
  table,
  now,
  promised,
}: {
  readonly path: string;
  readonly table: MergedAsset;
  readonly now: string;
  /** Hours. */
  readonly promised: readonly number[];
}): readonly ContractViolation[] {
  const { lastRun } = table.attributes;
  if (promised.length === 0) return [];
  const hours = Math.min(...promised);
  if (lastRun === undefined || isToCome(lastRun.at, now))
    return [
      {
        path,
        rule: "not-observed",
        severity: "info",
        what: `${hours} h are promised, and no run was seen that writes the table${lastRun === undefined ? "" : `, but one of a time to come (${lastRun.at})`}`,
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
