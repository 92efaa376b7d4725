import { asList, asRecord, type LooseRecord } from "#lib/ingest/loose-value.ts";
import { parseJsonText } from "#lib/ingest/parse-structured-text.ts";
import type { Provenance } from "#lib/model/edge.ts";
import type { SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";

/** An event as it lay in a file or came over HTTP, not yet checked. */
export interface RawEvent {
  readonly value: unknown;
  readonly provenance: Provenance;
}

/**
 * The events of a file: one JSON object a line, a JSON list, one object over many lines, or an object that holds the
 * list under `events`. A line that is cut off is a problem of its own; the others are read.
 */
export function parseEventFile(file: SourceFile): {
  readonly events: readonly RawEvent[];
  readonly problems: readonly Problem[];
} {
  const text = file.text.charCodeAt(0) === 0xfeff ? file.text.slice(1) : file.text;
  if (text.trim() === "") return { events: [], problems: [] };
  const firstLine = text.trimStart().split("\n", 1)[0] ?? "";
  const looksLikeLines = text.trimStart().startsWith("{") && parseJsonText(file.path, firstLine).ok;
  return looksLikeLines ? parseLines(file.path, text) : parseWhole(file.path, text);
}

function parseLines(path: string, text: string): { events: RawEvent[]; problems: Problem[] } {
  const events: RawEvent[] = [];
  const problems: Problem[] = [];
  text.split("\n").forEach((line, index) => {
    if (!/\S/.test(line)) return;
    const parsed = parseJsonText(path, line);
    if (parsed.ok)
      events.push({ value: parsed.value, provenance: { file: path, line: index + 1 } });
    else problems.push({ ...parsed.error, line: index + 1 });
  });
  return { events, problems };
}

function parseWhole(path: string, text: string): { events: RawEvent[]; problems: Problem[] } {
  const parsed = parseJsonText(path, text);
  if (!parsed.ok) {
    // A file of lines whose first line is cut off still has the other lines.
    const lines = text.trimStart().startsWith("{")
      ? parseLines(path, text)
      : { events: [], problems: [] };
    return lines.events.some((event) => isEventLike(event.value))
      ? lines
      : { events: [], problems: [parsed.error] };
  }
  const list = asList(parsed.value) ?? asList(asRecord(parsed.value)?.["events"]);
  if (list === undefined)
    return { events: [{ value: parsed.value, provenance: { file: path, line: 1 } }], problems: [] };
  return {
    events: list.map((value, index) => ({
      value,
      provenance: { file: path, event: `event ${index + 1}` },
    })),
    problems: [],
  };
}

function isEventLike(value: unknown): value is LooseRecord {
  return asRecord(value)?.["eventTime"] !== undefined;
}
