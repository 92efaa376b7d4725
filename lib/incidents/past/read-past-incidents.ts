import { parse } from "csv-parse/sync";
import { CHANGE_KINDS, type ChangeKind } from "#lib/impact/change.ts";
import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";
import {
  asRecord,
  asText,
  type LooseRecord,
  recordsIn,
  textsIn,
  withoutUndefined,
} from "#lib/ingest/loose-value.ts";
import { parseEventTime } from "#lib/ingest/openlineage/event-time.ts";
import { utcStamp } from "#lib/ingest/utc-stamp.ts";
import { shortJson } from "#lib/kit/short-text.ts";
import type { PastIncident } from "./past-incident.ts";

export interface ReadPast {
  readonly incidents: readonly PastIncident[];
  /** In words, with the line or the number of what could not be read. */
  readonly problems: readonly string[];
}

/** Exports of incidents: CSV of anything, of PagerDuty and of Jira, JSON of their interfaces. Told apart by what they hold. */
export function readPastIncidents(text: string): ReadPast {
  const plain = text.replace(/^\ufeff/, "");
  return /^\s*[[{]/.test(plain) ? readJson(plain) : readCsv(plain);
}

function readJson(text: string): ReadPast {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { incidents: [], problems: [`not JSON: ${(error as Error).message}`] };
  }
  const record = asRecord(value);
  const issues = recordsIn(record?.["issues"]);
  if (issues.length > 0)
    return collect(issues.map((issue) => ({ row: flatIssue(issue), tool: "jira" })));
  const listed = recordsIn(record?.["incidents"] ?? value);
  return collect(
    listed.map((row) => ({
      row: flatIncident(row),
      tool: row["incident_number"] === undefined ? "csv" : "pagerduty",
    })),
  );
}

function flatIssue({ key, fields }: LooseRecord): LooseRecord {
  const own = asRecord(fields) ?? {};
  const components = recordsIn(own["components"]).flatMap(({ name }) => asText(name) ?? []);
  return {
    ...own,
    key,
    priority: asRecord(own["priority"])?.["name"],
    component: components[0],
    description: textOfDocument(own["description"]),
  };
}

/** Jira's interface gives text as a tree of nodes. */
function textOfDocument(value: unknown): string | undefined {
  const text = asText(value);
  if (text !== undefined) return text;
  const found: string[] = [];
  const stack = [value];
  for (let next = stack.pop(); next !== undefined && found.length < 1_000; next = stack.pop()) {
    const record = asRecord(next);
    const own = asText(record?.["text"]);
    if (own !== undefined) found.push(own);
    const parts = record?.["content"];
    if (Array.isArray(parts)) stack.push(...[...parts].reverse());
  }
  return found.length === 0 ? undefined : found.join(" ");
}

const flatIncident = (row: LooseRecord): LooseRecord => ({
  ...row,
  service: asRecord(row["service"])?.["summary"] ?? row["service"],
  priority: asRecord(row["priority"])?.["summary"] ?? row["priority"],
  labels: textsIn(row["labels"]).join(" "),
});

function readCsv(text: string): ReadPast {
  const first = text.slice(0, text.indexOf("\n") + 1 || text.length);
  const delimiter = delimiterOf(first);
  const problems: string[] = [];
  const rows = parse(text, {
    columns: (header: string[]) =>
      header.map((name) =>
        name
          .trim()
          // Jira's name for what a project added.
          .replace(/^custom field \((.+)\)$/i, "$1")
          .toLowerCase()
          .replaceAll(/[\s/]+/g, "_"),
      ),
    delimiter,
    skip_empty_lines: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_records_with_error: true,
    // Jira repeats a column for every label and component: the first one counts.
    group_columns_by_name: true,
    on_skip: (error) => {
      problems.push(`line ${error?.["lines"] ?? "?"}: ${error?.message ?? "not read"}`);
    },
  }) as unknown as readonly LooseRecord[];
  const read = collect(rows.map((row) => ({ row: firstOfEach(row), tool: toolOf(row) })));
  return { ...read, problems: [...problems, ...read.problems] };
}

/** What stands most often in the heading; a comma where nothing does. */
const delimiterOf = (heading: string): string => {
  const count = (one: string): number => heading.split(one).length;
  return [",", ";", "\t"].reduce((best, one) => (count(one) > count(best) ? one : best));
};

const firstOfEach = (row: LooseRecord): LooseRecord =>
  Object.fromEntries(
    Object.entries(row).map(([key, value]) => [
      key,
      Array.isArray(value) ? value.find((one) => String(one).trim() !== "") : value,
    ]),
  );

const toolOf = (row: LooseRecord): PastIncident["tool"] =>
  row["issue_key"] !== undefined
    ? "jira"
    : row["incident_number"] !== undefined
      ? "pagerduty"
      : "csv";

interface Row {
  readonly row: LooseRecord;
  readonly tool: PastIncident["tool"];
}

function collect(rows: readonly Row[]): ReadPast {
  const problems: string[] = [];
  const incidents = new Map<string, PastIncident>();
  rows.forEach(({ row, tool }, at) => {
    const { incident, wrong } = incidentOf(row, tool);
    problems.push(...wrong.map((what) => `entry ${at + 1} ${what}`));
    if (incident === undefined) return;
    if (incidents.has(incident.id))
      problems.push(`entry ${at + 1} has the id ${incident.id} of an earlier one; it is left out`);
    else incidents.set(incident.id, incident);
  });
  return { incidents: [...incidents.values()], problems };
}

const KEYS = {
  id: ["issue_key", "key", "incident_number", "number", "id", "incident_id"],
  title: ["summary", "title", "name", "description", "subject"],
  opened: [
    "opened_at",
    "opened",
    "created_on",
    "created_at",
    "created",
    "started_at",
    "start",
    "detected_at",
    "date",
  ],
  acknowledged: ["acknowledged_at", "acknowledged_on", "first_acknowledged_at", "acknowledged"],
  causeKnown: ["cause_known_at", "identified_at", "cause_found_at", "root_cause_at"],
  resolved: [
    "resolved_at",
    "resolved_on",
    "resolutiondate",
    "resolved",
    "closed_at",
    "closed",
    "ended_at",
  ],
  severity: ["severity", "priority", "urgency", "sev"],
  domain: [
    "domain",
    "service_name",
    "service",
    "component",
    "component_s",
    "components",
    "team",
    "team_name",
  ],
  text: [
    "root_cause",
    "postmortem",
    "description",
    "details",
    "body",
    "labels",
    "resolution_notes",
    "notes",
  ],
  asset: ["asset", "table", "dataset", "cause_asset"],
  column: ["column", "field", "cause_column"],
  kind: ["change", "change_kind", "cause_kind", "kind"],
} as const;

interface ReadEntry {
  /** Absent: it cannot be kept. */
  readonly incident?: PastIncident;
  /** What of it could not be read, to stand behind "entry 3". */
  readonly wrong: readonly string[];
}

function incidentOf(row: LooseRecord, tool: PastIncident["tool"]): ReadEntry {
  const first = (keys: readonly string[]): string | undefined =>
    keys
      .flatMap((key) =>
        typeof row[key] === "number" ? String(row[key]) : (asText(row[key]) ?? []),
      )
      .map((text) => text.trim())
      .find((text) => text !== "");
  const id = first(KEYS.id);
  const title = first(KEYS.title);
  const openedText = first(KEYS.opened);
  const openedAt = timeOf(openedText);
  if (id === undefined || title === undefined || openedText === undefined)
    return { wrong: ["has no id, title and time; it is left out"] };
  if (openedAt === undefined)
    return { wrong: [`has the time ${shortJson(openedText)}, ${WHICH_TIMES}; it is left out`] };
  const texts = KEYS.text.flatMap((key) => first([key]) ?? []).filter((text) => text !== title);
  const said = first(KEYS.kind)?.toLowerCase();
  const kind = CHANGE_KINDS.find((known): known is ChangeKind => known === said);
  const unread: string[] = [];
  const timeAt = (keys: readonly string[]): string | undefined => {
    const text = first(keys);
    const time = timeOf(text);
    if (text !== undefined && time === undefined) unread.push(text);
    return time;
  };
  const cause = withoutUndefined({ asset: first(KEYS.asset), column: first(KEYS.column), kind });
  const incident = withoutUndefined({
    id,
    tool,
    title: title.slice(0, 500),
    openedAt,
    acknowledgedAt: timeAt(KEYS.acknowledged) ?? after(openedAt, first(["seconds_to_first_ack"])),
    causeKnownAt: timeAt(KEYS.causeKnown),
    resolvedAt: timeAt(KEYS.resolved),
    severity: first(KEYS.severity),
    domain: first(KEYS.domain),
    text: texts.length === 0 ? undefined : texts.join("\n").slice(0, 10_000),
    cause: Object.keys(cause).length === 0 ? undefined : cause,
  });
  return {
    incident,
    wrong: [
      ...unread.map(
        (text) => `has the time ${shortJson(text)}, ${WHICH_TIMES}; it counts as not said`,
      ),
      ...(said === undefined || kind !== undefined
        ? []
        : [
            `says the change ${shortJson(said)}, which is none${sayNear(said)}; it is read out of its words`,
          ]),
    ],
  };
}

/** PagerDuty counts seconds since an incident was opened. */
function after(opened: string, seconds: string | undefined): string | undefined {
  const hours = hoursSinceEpoch(opened);
  if (hours === undefined || seconds === undefined || !/^\d{1,9}(?:\.\d+)?$/.test(seconds))
    return undefined;
  return `${utcStamp(Math.round(hours * 3600 + Number(seconds)))}.000Z`;
}

const WHICH_TIMES = "which is none such as 2026-03-31T06:00:00Z or 31.03.2026 06:00";

/** Kinds that share a word with what was said. */
function sayNear(said: string): string {
  const words = said.split(/[^a-z]+/).filter((word) => word.length > 3);
  const near = CHANGE_KINDS.filter((kind) =>
    words.some((word) => kind.split("_").some((part) => part.startsWith(word.slice(0, 4)))),
  );
  return near.length === 0 ? "" : ` (near it: ${near.slice(0, 5).join(", ")})`;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** `31.03.2026 06:00`: with dots the day always comes first. */
const DOTTED = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ ,T]+(\d{1,2}):(\d{2})(?::\d{2})?)?$/;

const two = (value: number | string): string => String(value).padStart(2, "0");

/** ISO 8601, `2026-03-03 06:00:00 UTC`, a day alone, `03.03.2026 06:00`, and Jira's `03/Mar/26 6:05 AM`. */
function timeOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const plain = text.replace(/\s+(?:UTC|GMT)$/i, "Z").replace(/([+-]\d{2})(\d{2})$/, "$1:$2");
  const iso = parseEventTime(/^\d{4}-\d{2}-\d{2}$/.test(plain) ? `${plain}T00:00:00Z` : plain);
  if (iso !== undefined) return iso.iso;
  const dotted = DOTTED.exec(plain);
  if (dotted !== null) {
    const [, day = "", month = "", year = "", hour = "0", minute = "00"] = dotted;
    return parseEventTime(`${year}-${two(month)}-${two(day)}T${two(hour)}:${minute}:00Z`)?.iso;
  }
  const match =
    /^(\d{1,2})\/([A-Za-z]{3})\/(\d{2}|\d{4})(?:\s+(\d{1,2}):(\d{2})\s*(AM|PM)?)?$/i.exec(plain);
  if (match === null) return undefined;
  const [, day = "", month = "", year = "", hour = "0", minute = "00", half] = match;
  const number = MONTHS.indexOf(month.toLowerCase()) + 1;
  const hours =
    (Number(hour) % (half === undefined ? 24 : 12)) + (half?.toUpperCase() === "PM" ? 12 : 0);
  const date = `${year.length === 2 ? `20${year}` : year}-${two(number)}-${two(day)}`;
  return parseEventTime(`${date}T${two(hours)}:${minute}:00Z`)?.iso;
}
