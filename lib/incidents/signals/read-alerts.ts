import { asList, asRecord, asText, type LooseRecord, recordsIn } from "#lib/ingest/loose-value.ts";
import { checkEvent } from "#lib/ingest/openlineage/check-event.ts";
import { parseEventTime } from "#lib/ingest/openlineage/event-time.ts";
import { shortJson, shortText } from "#lib/kit/short-text.ts";
import { isToCome } from "../clock-slack.ts";
import { asFound, findingOf } from "../finding.ts";
import type { Showing } from "../observation.ts";
import { columnIn, namesIn } from "./alert-names.ts";
import { readDbtSignals } from "./read-dbt-signals.ts";
import { readEventSignals } from "./read-event-signals.ts";
import { readGreatExpectations } from "./read-great-expectations.ts";
import { keepFailing, type Signal } from "./signal.ts";
import { takeAsNow } from "./take-as-now.ts";

export interface ReadAlerts {
  readonly signals: readonly Signal[];
  /** The tool that was recognised; absent: none was. */
  readonly tool?: string;
  /** Alerts of which nobody can say what they are about. */
  readonly problems: readonly string[];
}

export interface AlertsInput {
  readonly body: unknown;
  /** ISO 8601: for alerts without a time. */
  readonly now: string;
  /** dbt's manifest, where it came with the results. */
  readonly manifest?: unknown;
}

const MOST_WORDS = 300;

/** What a monitoring tool sends, told apart by its content. Alerts without a name of anything are kept under their own. */
export function readAlerts({ body, now, manifest }: AlertsInput): ReadAlerts {
  const record = asRecord(body);
  const dbt = record === undefined ? undefined : readDbtSignals({ results: record, manifest, now });
  if (dbt !== undefined) return { tool: "dbt", ...takeAsNow(dbt, now) };
  const event = checkEvent(body);
  if (event.ok) return { tool: "OpenLineage", ...takeAsNow(readEventSignals(event.value), now) };
  const expectations = readGreatExpectations(body, now);
  if (expectations !== undefined)
    return { tool: "Great Expectations", ...takeAsNow(expectations, now) };
  const { tool, alerts } = listAlerts(body);
  if (tool === undefined) return { signals: [], problems: [] };
  const problems: string[] = [];
  const signals = alerts.map((alert) => {
    const { signal, wrong } = readAlert(alert, { tool, now });
    const name = shortText(signal.check);
    problems.push(...wrong.map((what) => `the alert ${name} ${what}`));
    if (signal.refs.length === 0) problems.push(`the alert ${name} names nothing`);
    return signal.refs.length > 0 ? signal : { ...signal, refs: [signal.check] };
  });
  return { tool, signals: keepFailing(signals), problems };
}

function listAlerts(body: unknown): {
  readonly tool?: string;
  readonly alerts: readonly LooseRecord[];
} {
  const record = asRecord(body);
  const listed = recordsIn(record?.["alerts"] ?? (asList(body) === undefined ? undefined : body));
  if (listed.some(({ labels }) => asRecord(labels) !== undefined))
    return { tool: record?.["orgId"] === undefined ? "Alertmanager" : "Grafana", alerts: listed };
  const rows = listed.length > 0 ? listed : record === undefined ? [] : [record];
  if (rows.some((row) => asText(row["model_unique_id"]) ?? asText(row["elementary_unique_id"])))
    return { tool: "Elementary", alerts: rows };
  const payload = asRecord(record?.["payload"]);
  if (record !== undefined && payload !== undefined && asText(record["type"]) !== undefined)
    return { tool: "Monte Carlo", alerts: eventsOf(record, payload) };
  const named = rows.filter((row) => namesIn(row).length > 0);
  return named.length > 0 ? { tool: "alerts", alerts: named } : { alerts: [] };
}

/** One alert may be about several tables: each is one that is broken. */
function eventsOf(record: LooseRecord, payload: LooseRecord): readonly LooseRecord[] {
  const outer = { ...record, payload: undefined, ...payload };
  const lists = ["event_list", "events", "assets", "tables"].map((key) => payload[key]);
  const parts = lists.flatMap((list) =>
    (asList(list) ?? []).map((part): LooseRecord => asRecord(part) ?? { table: part }),
  );
  const plain = {
    ...outer,
    event_list: undefined,
    events: undefined,
    assets: undefined,
    tables: undefined,
  };
  const all = parts.length === 0 ? [plain] : parts.map((part) => ({ ...plain, ...part }));
  // Of an event that says its own kind the payload's says less: freshness and volume of one table are two checks.
  return all.map((one: LooseRecord): LooseRecord => {
    const kinds = ["event_type", "group_type", "type"].flatMap((key) => asText(one[key]) ?? []);
    return kinds.length === 0 ? one : { ...one, type: kinds[0] };
  });
}

const LATE = /fresh|stale|\blate\b|delay|\blag|overdue|latency/i;
const STOPS = /error|crash|exception|abort|\bdown\b/i;
const FAILS = /fail(ed|ure|ing)?\b/i;
/** Where tools say what kind of test it was. */
const TEST_KINDS = ["test_sub_type", "test_short_name"] as const;
const OVER = /^(?:resolved|ok|pass(?:ed)?|success|fixed|closed|normal)$/i;
const GOES_ON =
  /^(?:firing|alerting|active|open|new|pending|triggered|acknowledged|investigating|in[ _]progress|work[ _]in[ _]progress|no[ _]?data|fail(?:ed|ing|ure)?|errors?|warn(?:ing)?|critical|broken|runtime error)$/i;

function readAlert(
  alert: LooseRecord,
  { tool, now }: { readonly tool: string; readonly now: string },
): ReadAlert {
  const labels = asRecord(alert["labels"]) ?? {};
  const annotations = asRecord(alert["annotations"]) ?? {};
  // Labels are what it is about; the rest of an alert is about the alert, whatever labels of that name say.
  const about = { ...alert, ...annotations, ...labels };
  const own = { ...labels, ...annotations, ...alert };
  const textIn = (record: LooseRecord, keys: readonly string[]): string | undefined =>
    keys.flatMap((key) => asText(record[key]) ?? []).find((found) => found.trim() !== "");
  const text = (...keys: readonly string[]): string | undefined => textIn(about, keys);
  const ownText = (...keys: readonly string[]): string | undefined => textIn(own, keys);
  const check =
    text("alertname", "test_name", "check", "rule_name", "monitor_name", "name", "type", "title") ??
    "alert";
  const status = ownText("status", "state")?.trim() ?? "";
  const isOver = OVER.test(status);
  const seen = text(
    "summary",
    "description",
    "alert_description",
    "test_results_description",
    "message",
    "title",
  );
  const began = ownText("startsAt", "detected_at", "created_time", "created_at", "timestamp", "at");
  const ended = ownText("endsAt", "resolved_at");
  const column = columnIn(about);
  const link = ownText("link", "url", "generatorURL", "alert_url");
  const time = timeIn(isOver ? [ended, began] : [began], now);
  const found = findingOf(check) ?? findingOf(text(...TEST_KINDS, "metric") ?? "");
  const words = `${check} ${text("test_type", "alert_type", "type") ?? status}`;
  const isCheck = found !== undefined || text("test_name", ...TEST_KINDS) !== undefined;
  const shows = showingOf(words, isCheck);
  const isRepeated = alert["labels"] !== undefined && REPEATED.test(status);
  const signal: Signal = {
    refs: namesIn(about),
    ...(column === undefined ? {} : { column }),
    check,
    ...identityOf(alert),
    shows,
    ...(shows === "wrong" ? asFound(found) : {}),
    isOver,
    at: time.at,
    ...(isRepeated && time.at < now ? { toldAt: now } : {}),
    seen: (seen ?? check).slice(0, MOST_WORDS),
    toldBy: tool,
    ...(link === undefined || !/^https?:/i.test(link) ? {} : { link }),
  };
  const isKnown = status === "" || isOver || GOES_ON.test(status);
  return {
    signal,
    wrong: [
      ...time.wrong,
      ...(isKnown ? [] : [`has the status ${shortJson(status)}: taken as broken`]),
    ],
  };
}

/** Alertmanager and Grafana say again and again that an alert fires, each time with the time at which it began. */
const REPEATED = /^(?:firing|alerting)$/i;

/** An alert is its labels: one rule fires for each region, each with an end of its own. */
function identityOf(alert: LooseRecord): Pick<Signal, "identity"> {
  const labels = asRecord(alert["labels"]);
  if (labels === undefined) return {};
  const given = asText(alert["fingerprint"])?.trim();
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return { identity: given === undefined || given === "" ? JSON.stringify(sorted) : given };
}

interface ReadAlert {
  readonly signal: Signal;
  /** What of it could not be taken as it stands, to be said behind its name. */
  readonly wrong: readonly string[];
}

/** A check that looked at data failed because of the data; without one, what failed is a run. */
function showingOf(words: string, isCheck: boolean): Showing {
  if (LATE.test(words)) return "stale";
  return STOPS.test(words) || (!isCheck && FAILS.test(words)) ? "fails" : "wrong";
}

/** The first time that is said; a time of the year 1 means that there is none. */
function timeIn(
  texts: readonly (string | undefined)[],
  now: string,
): { readonly at: string; readonly wrong: readonly string[] } {
  const wrong: string[] = [];
  for (const text of texts) {
    if (text === undefined || text.startsWith("0001")) continue;
    const iso = parseEventTime(text)?.iso;
    if (iso === undefined) {
      wrong.push(`has the time ${shortJson(text)}, which cannot be read`);
      continue;
    }
    if (!isToCome(iso, now)) return { at: iso, wrong };
    return {
      at: now,
      wrong: [...wrong, `has the time ${shortJson(text)}, which is to come: taken as now`],
    };
  }
  return { at: now, wrong };
}
