import {
  asList,
  asNumber,
  asRecord,
  asText,
  type LooseRecord,
  recordsIn,
} from "#lib/ingest/loose-value.ts";
import { parseEventTime } from "#lib/ingest/openlineage/event-time.ts";
import { asFound, findingOf } from "../finding.ts";
import { showsByError } from "./shows-by-error.ts";
import { keepFailing, type Signal } from "./signal.ts";

const TOLD_BY = "Great Expectations";
const DEEPEST = 5;
const MOST_WORDS = 300;

/**
 * Validation results of Great Expectations: one, a list, or what a checkpoint gives (`run_results`), of 0.x (`expectation_type`)
 * and 1.x (`type`). Undefined: it is something else. Expectations that hold end what they began.
 */
export function readGreatExpectations(body: unknown, now: string): readonly Signal[] | undefined {
  const results = findResults(body, 0);
  return results.length === 0 ? undefined : results.flatMap((result) => readResult(result, now));
}

function findResults(value: unknown, depth: number): readonly LooseRecord[] {
  const record = asRecord(value);
  if (record !== undefined && recordsIn(record["results"]).some(isExpectation)) return [record];
  const described = recordsIn(record?.["expectations"]).filter(isDescribed);
  if (described.length > 0) return [{ ...record, results: described.map(asResult) }];
  if (depth >= DEEPEST) return [];
  const parts = record === undefined ? (asList(value) ?? []) : Object.values(record);
  return parts.flatMap((part) => findResults(part, depth + 1));
}

/** What `describe()` of a checkpoint's result writes: each expectation beside its outcome. */
const isDescribed = (one: LooseRecord): boolean =>
  asText(one["expectation_type"]) !== undefined && typeof one["success"] === "boolean";

const asResult = ({ expectation_type, kwargs, ...rest }: LooseRecord): LooseRecord => ({
  ...rest,
  expectation_config: { type: expectation_type, kwargs },
});

const isExpectation = (result: LooseRecord): boolean =>
  asRecord(result["expectation_config"]) !== undefined && typeof result["success"] === "boolean";

function readResult(result: LooseRecord, now: string): readonly Signal[] {
  const own = refsOf(result);
  const meta = asRecord(result["meta"]) ?? {};
  const run = asRecord(meta["run_id"]);
  const at = utc(asText(run?.["run_time"]) ?? asText(meta["validation_time"])) ?? now;
  const signals = recordsIn(result["results"])
    .filter(isExpectation)
    .map((one): Signal => {
      const config = asRecord(one["expectation_config"]) ?? {};
      const kwargs = asRecord(config["kwargs"]) ?? {};
      const column = asText(kwargs["column"]);
      const check = asText(config["expectation_type"]) ?? asText(config["type"]) ?? "expectation";
      const error = one["success"] === true ? undefined : exceptionIn(one["exception_info"]);
      return {
        refs: own.length > 0 ? own : refsOfBatch(asText(kwargs["batch_id"]) ?? check),
        ...(column === undefined ? {} : { column }),
        check,
        ...identityOf(kwargs),
        ...(error === undefined
          ? { shows: "wrong", ...asFound(findingOf(check)) }
          : { shows: showsByError(error, column) }),
        isOver: one["success"] === true,
        at,
        seen:
          error === undefined
            ? sayResult(check, asRecord(one["result"]))
            : `${check}: ${error}`.slice(0, MOST_WORDS),
        toldBy: TOLD_BY,
      };
    });
  return keepFailing(signals);
}

/** A batch is called by its data source and its asset: `pg-core.orders`; either may have dashes of its own. */
function refsOfBatch(id: string): readonly string[] {
  const parts = id.split("-");
  return parts.length < 2 ? [id] : parts.slice(1).map((_, at) => parts.slice(at + 1).join("-"));
}

/** What went wrong where an expectation could not be checked at all: of 0.x as it stands, of 1.x by metric. */
function exceptionIn(info: unknown): string | undefined {
  const record = asRecord(info);
  if (record === undefined) return undefined;
  const all = [record, ...recordsIn(Object.values(record))];
  const raised = all.find((one) => one["raised_exception"] === true);
  if (raised === undefined) return undefined;
  return asText(raised["exception_message"]) ?? "it could not be checked";
}

/** What an expectation is about beside its column: a suite has one of a kind for each of these, its thresholds may change. */
const DOMAIN = ["column_A", "column_B", "column_list", "column_set", "row_condition"] as const;

function identityOf(kwargs: LooseRecord): Pick<Signal, "identity"> {
  const parts = DOMAIN.filter((key) => kwargs[key] !== undefined && kwargs[key] !== null);
  return parts.length === 0
    ? {}
    : { identity: JSON.stringify(parts.map((key) => [key, kwargs[key]])) };
}

/** Where the table's name stands differs by version and by the kind of batch. */
function refsOf(result: LooseRecord): readonly string[] {
  const meta = asRecord(result["meta"]) ?? {};
  const spec = asRecord(meta["batch_spec"]) ?? asRecord(meta["batch_kwargs"]) ?? {};
  const definition = asRecord(meta["active_batch_definition"]) ?? {};
  const schema = asText(spec["schema_name"]) ?? asText(spec["schema"]);
  const table = asText(spec["table_name"]) ?? asText(spec["table"]);
  const names = [
    table === undefined || schema === undefined ? undefined : `${schema}.${table}`,
    table,
    asText(definition["data_asset_name"]),
    asText(meta["data_asset_name"]),
    asText(spec["data_asset_name"]),
    asText(result["asset_name"]),
    asText(result["suite_name"]) ?? asText(meta["expectation_suite_name"]),
  ];
  return [...new Set(names.flatMap((name) => name ?? []))];
}

function sayResult(check: string, result: LooseRecord | undefined): string {
  const unexpected = asNumber(result?.["unexpected_count"]);
  const all = asNumber(result?.["element_count"]);
  if (unexpected !== undefined && all !== undefined)
    return `${check}: ${unexpected} of ${all} are unexpected`;
  const observed = result?.["observed_value"];
  return typeof observed === "number" || typeof observed === "string"
    ? `${check}: observed ${observed}`
    : check;
}

/** `20260301T020000.000000Z` as well as ISO 8601. */
function utc(text: string | undefined): string | undefined {
  const [, day = "", clock = "", rest = ""] = /^(\d{8})T(\d{6})(.*)$/.exec(text ?? "") ?? [];
  if (day === "") return parseEventTime(text ?? "")?.iso;
  const date = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`;
  const time = `${clock.slice(0, 2)}:${clock.slice(2, 4)}:${clock.slice(4)}`;
  return parseEventTime(`${date}T${time}${rest}`)?.iso;
}
