import { asList, asRecord, type LooseRecord } from "#lib/ingest/loose-value.ts";
import { parseJsonLevels, parseJsonText } from "#lib/ingest/parse-structured-text.ts";
import type { Provenance } from "#lib/model/edge.ts";
import type { SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";

/** An event as it lay in a file or came over HTTP, not yet checked. */
export interface RawEvent {
  readonly value: unknown;
  /** How many lists and records are nested in it, where that was counted. */
  readonly levels?: number;
  readonly provenance: Provenance;
}

type TakeEvent = (event: RawEvent) => void;

/**
 * Hands on the events of a file one by one: one JSON object a line, a JSON list, one object over many lines, or an object
 * that holds the list under `events`. A line that is cut off is a problem of its own; the others are read.
 */
export function readEventFile(file: SourceFile, take: TakeEvent): readonly Problem[] {
  const text = file.text.charCodeAt(0) === 0xfeff ? file.text.slice(1) : file.text;
  if (!/\S/.test(text)) return [];
  return looksLikeLines(file.path, text)
    ? readLines({ path: file.path, text }, take)
    : readWhole({ path: file.path, text }, take);
}

function looksLikeLines(path: string, text: string): boolean {
  const start = text.search(/\S/);
  const end = text.indexOf("\n", start);
  const firstLine = text.slice(start, end < 0 ? text.length : end);
  return text[start] === "{" && parseJsonText(path, firstLine).ok;
}

function readLines({ path, text }: SourceFile, take: TakeEvent): readonly Problem[] {
  const problems: Problem[] = [];
  let line = 0;
  for (let start = 0; start <= text.length; ) {
    const found = text.indexOf("\n", start);
    const end = found < 0 ? text.length : found;
    line++;
    const one = text.slice(start, end);
    start = end + 1;
    if (!/\S/.test(one)) continue;
    const parsed = parseJsonLevels(path, one);
    if (parsed.ok) take({ ...parsed.value, provenance: { file: path, line } });
    else problems.push({ ...parsed.error, line });
  }
  return problems;
}

function readWhole(file: SourceFile, take: TakeEvent): readonly Problem[] {
  const { path, text } = file;
  const parsed = parseJsonText(path, text);
  if (!parsed.ok) {
    // A file of lines whose first line is cut off still has the other lines.
    const events: RawEvent[] = [];
    const problems = text.trimStart().startsWith("{")
      ? readLines(file, (event) => events.push(event))
      : [];
    if (!events.some((event) => isEventLike(event.value))) return [parsed.error];
    for (const event of events) take(event);
    return problems;
  }
  const list = asList(parsed.value) ?? asList(asRecord(parsed.value)?.["events"]);
  if (list === undefined) take({ value: parsed.value, provenance: { file: path, line: 1 } });
  else
    for (const [index, value] of list.entries())
      take({ value, provenance: { file: path, event: `event ${index + 1}` } });
  return [];
}

function isEventLike(value: unknown): value is LooseRecord {
  return asRecord(value)?.["eventTime"] !== undefined;
}
