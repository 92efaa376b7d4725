import type { LoggedChange } from "#lib/incidents/suspect.ts";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import type { HistoryEntry } from "#lib/view/page-answers.ts";
import { completeChange } from "../ask/answer-impact.ts";
import { type AskedChange, isWellFormed, readChanges } from "../ask/read-changes.ts";
import type { Failure } from "../failure.ts";
import type { GraphView } from "../graph/graph-view.ts";

/**
 * A changes file read as a log of what happened: each change with its time, `at` of its own or of the whole file. What is
 * malformed happened to nothing that could be looked at, and is left out; `readChanges` of the same file names it.
 */
export function readChangeLog(
  view: GraphView,
  value: unknown,
  where: string,
): Result<readonly LoggedChange[], Failure> {
  const read = readChanges(value, where);
  if (!read.ok) return read;
  const ofFile = textOf(value, "at") ?? textOf(value, "time");
  return ok(read.value.flatMap((change) => logEntry(view, change, ofFile)));
}

function logEntry(
  view: GraphView,
  asked: AskedChange,
  ofFile: string | undefined,
): readonly LoggedChange[] {
  if (!isWellFormed(asked)) return [];
  const change = completeChange(view, asked);
  const at = textOf(change, "at") ?? textOf(change, "time") ?? ofFile;
  return [
    {
      asset: change.asset,
      change,
      ...(typeof change.column === "string" ? { column: change.column } : {}),
      ...(at === undefined ? {} : { at }),
    },
  ];
}

function textOf(value: unknown, key: string): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const text = (value as Readonly<Record<string, unknown>>)[key];
  return typeof text === "string" ? text : undefined;
}

/** What the store remembers of changes, as a log. */
export const logOfHistory = (history: readonly HistoryEntry[]): readonly LoggedChange[] =>
  history.flatMap(({ at, change, column }) =>
    change === undefined
      ? []
      : [{ asset: change.asset, at, change, ...(column === undefined ? {} : { column }) }],
  );
