import {
  asList,
  asNumber,
  asRecord,
  asText,
  type LooseRecord,
  ownValue,
  recordsIn,
} from "#lib/ingest/loose-value.ts";
import { parseJsonText, parseYamlText } from "#lib/ingest/parse-structured-text.ts";
import type { SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";

/** A YAML file of an export, or one object of a REST answer: the keys are the same, the links differ (uuid, number). */
export interface SupersetEntity {
  readonly record: LooseRecord;
  readonly file: string;
  readonly id?: number;
  readonly uuid?: string;
}

export interface SupersetEntities {
  readonly databases: readonly SupersetEntity[];
  readonly datasets: readonly SupersetEntity[];
  readonly charts: readonly SupersetEntity[];
  readonly dashboards: readonly SupersetEntity[];
}

type EntityKind = keyof SupersetEntities;

/** Sorts the objects of an export's files by what they are; a file that is none of it is told. */
export function readEntities(files: readonly SourceFile[], problems: Problem[]): SupersetEntities {
  const found: Record<EntityKind, SupersetEntity[]> = {
    databases: [],
    datasets: [],
    charts: [],
    dashboards: [],
  };
  for (const file of files) {
    const parsed =
      /\.json$/i.test(file.path) || /^\s*[[{]/.test(file.text)
        ? parseJsonText(file.path, file.text)
        : parseYamlText(file.path, file.text);
    if (!parsed.ok) {
      problems.push(parsed.error);
      continue;
    }
    const records = recordsOf(parsed.value);
    let known = false;
    for (const record of records) {
      const kind = kindOf(record);
      if (kind === undefined) continue;
      known = true;
      found[kind].push(entityOf(record, file.path));
    }
    if (!known && !isMetadata(records[0])) problems.push(notRecognised(file.path));
  }
  return {
    databases: latestOfEach(found.databases),
    datasets: latestOfEach(found.datasets),
    charts: latestOfEach(found.charts),
    dashboards: latestOfEach(found.dashboards),
  };
}

/**
 * What was exported twice, once: a folder of exports holds the same chart again and again, and the newest counts, by the
 * time that Superset writes into the export's name, else by the order of paths.
 */
function latestOfEach(entities: readonly SupersetEntity[]): readonly SupersetEntity[] {
  const latest = new Map<string, SupersetEntity>();
  for (const entity of entities) {
    const key = exportKey(entity);
    const known = key === undefined ? undefined : latest.get(key);
    const isOlder = known !== undefined && exportTime(entity.file) < exportTime(known.file);
    if (key !== undefined && !isOlder) latest.set(key, entity);
  }
  return entities.filter((entity) => {
    const key = exportKey(entity);
    return key === undefined || latest.get(key) === entity;
  });
}

/** Answers over REST tell parts of one object in several files; they are taken as they are. */
const exportKey = ({ uuid, file }: SupersetEntity): string | undefined =>
  /\.ya?ml$/i.test(file) ? uuid : undefined;

const exportTime = (path: string): string =>
  [...path.matchAll(/_export_(\d{8}T\d{6})/g)].at(-1)?.[1] ?? "";

/** A YAML file is one object; a REST answer holds one or many under `result`, some with their number beside it. */
function recordsOf(value: unknown): readonly LooseRecord[] {
  const record = asRecord(value);
  const result = ownValue(record, "result");
  if (result === undefined) return record === undefined ? recordsIn(value) : [record];
  if (asList(result) !== undefined) return recordsIn(result);
  const one = asRecord(result);
  return one === undefined ? [] : [{ id: record?.["id"], ...one }];
}

function kindOf(record: LooseRecord): EntityKind | undefined {
  if (asText(record["dashboard_title"]) !== undefined) return "dashboards";
  if (asText(record["slice_name"]) !== undefined) return "charts";
  if (asText(record["table_name"]) !== undefined) return "datasets";
  return asText(record["database_name"]) === undefined ? undefined : "databases";
}

const isMetadata = (record: LooseRecord | undefined): boolean =>
  record !== undefined && asText(record["type"]) !== undefined && record["version"] !== undefined;

function entityOf(record: LooseRecord, file: string): SupersetEntity {
  const id = asNumber(record["id"]);
  const uuid = asText(record["uuid"])?.toLowerCase();
  return {
    record,
    file,
    ...(id === undefined ? {} : { id }),
    ...(uuid === undefined ? {} : { uuid }),
  };
}

/** A record that an export writes as YAML and the REST interface as JSON inside of a text. */
export function nestedRecord(value: unknown): LooseRecord | undefined {
  const text = asText(value);
  if (text === undefined) return asRecord(value);
  const parsed = parseJsonText("", text);
  return parsed.ok ? asRecord(parsed.value) : undefined;
}

const notRecognised = (file: string): Problem => ({
  code: "not-recognised",
  message: "neither a dashboard, a chart, a dataset nor a database of Superset",
  file,
  severity: "info",
});
