import { findAssetByName } from "#lib/graph/find-asset-by-name.ts";
import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";
import { isToCome } from "#lib/incidents/clock-slack.ts";
import type { LoggedChange } from "#lib/incidents/suspect.ts";
import { asRecord, asText, type LooseRecord } from "#lib/ingest/loose-value.ts";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import { shortJson, shortText } from "#lib/kit/short-text.ts";
import type { HistoryEntry } from "#lib/view/page-answers.ts";
import { completeChange } from "../ask/answer-impact.ts";
import { findSimilarNames } from "../ask/find-similar-names.ts";
import { type AskedChange, checkKind, isWellFormed, readChanges } from "../ask/read-changes.ts";
import type { Failure } from "../failure.ts";
import type { GraphView } from "../graph/graph-view.ts";

/** A log of changes, and what of it could not be taken as it stands. */
export interface ChangeLog {
  readonly entries: readonly LoggedChange[];
  /** `ref`: where it stands, `log.json: changes[2]`. */
  readonly errors: readonly (Failure & { readonly ref: string })[];
}

/**
 * A changes file read as a log of what happened up to `now` (ISO 8601): each change with its time, `at` of its own or of the
 * whole file. What is left out, or may not be meant so, is said: a change that nobody looked at may be the cause.
 */
export function readChangeLog(
  view: GraphView,
  { value, where }: { readonly value: unknown; readonly where: string },
  now: string,
): Result<ChangeLog, Failure> {
  const read = readLoggedChanges(value, where);
  if (!read.ok) return read;
  const ofFile = timeOf(asRecord(value) ?? {});
  const entries: LoggedChange[] = [];
  const errors: (Failure & { ref: string })[] = [];
  for (const [at, asked] of read.value.entries()) {
    const ref = `${where}: changes[${at}]`;
    const { entry, wrong } = logEntry(view, asked, { ofFile, now, ref });
    if (entry !== undefined) entries.push(entry);
    errors.push(...wrong.map((one) => ({ ...one, ref })));
  }
  return ok({ entries, errors });
}

/** Changes as `readChanges` has them; also as incidents keep them, with what changed in a `change` of its own. */
export function readLoggedChanges(
  value: unknown,
  where: string,
): Result<readonly AskedChange[], Failure> {
  const listed = asRecord(value)?.["changes"] ?? value;
  if (!Array.isArray(listed)) return readChanges(value, where);
  return readChanges({ changes: listed.map(unwrapped) }, where);
}

function unwrapped(entry: unknown): unknown {
  const { change, ...outer } = asRecord(entry) ?? {};
  const inner = asRecord(change);
  return inner === undefined || outer["kind"] !== undefined ? entry : { ...inner, ...outer };
}

interface Entry {
  readonly entry?: LoggedChange;
  readonly wrong: readonly Failure[];
}

interface Place {
  readonly ofFile: string | undefined;
  readonly now: string;
  readonly ref: string;
}

function logEntry(view: GraphView, asked: AskedChange, { ofFile, now, ref }: Place): Entry {
  const leftOut = (failure: Failure): Entry => ({
    wrong: [{ ...failure, message: `${failure.message}; it is left out` }],
  });
  if (!isWellFormed(asked))
    return leftOut({ code: "wrong-shape", message: asked.message, next: HOW });
  const change = completeChange(view, asked);
  const kind = checkKind(change.kind);
  if (!kind.ok) return leftOut({ ...kind.error, message: `${ref}: ${kind.error.message}` });
  const found = findAssetByName(view.graph, change.asset);
  if (!found.ok) return leftOut({ ...found.error, message: `${ref}: ${found.error.message}` });
  const said = timeOf(change as LooseRecord) ?? ofFile;
  const isTime = said !== undefined && hoursSinceEpoch(said) !== undefined;
  if (isTime && isToCome(said, now))
    return leftOut({
      code: "bad-usage",
      message: `${ref} is of ${said}, and had not happened yet`,
    });
  return {
    entry: {
      asset: change.asset,
      change,
      ...(typeof change.column === "string" ? { column: change.column } : {}),
      ...(isTime ? { at: said } : {}),
    },
    wrong: [
      ...(said === undefined || isTime ? [] : [noTime(ref, said)]),
      ...noColumn(ref, found.value, change.column),
    ],
  };
}

const HOW =
  'write {"kind": "drop_column", "asset": "orders", "column": "amount", "at": "2026-03-31T06:00:00Z"}';

const noTime = (ref: string, said: string): Failure => ({
  code: "bad-usage",
  message: `${ref} has the time ${shortJson(said)}, which cannot be read; it counts as of no time`,
  next: "write it as 2026-03-31T06:00:00Z",
});

/** What was dropped or renamed may not be there any more; else another column was meant. */
function noColumn(
  ref: string,
  { name, columns }: MergedAsset,
  column: string | null | undefined,
): readonly Failure[] {
  const known = columns.map((one) => one.name);
  const wanted = column?.toLowerCase();
  if (wanted === undefined || known.some((one) => one.toLowerCase() === wanted)) return [];
  return [
    {
      code: "unknown-column",
      message: `${ref}: ${name} has no column ${shortJson(column)} now: only what still asks for it is explained by that`,
      candidates: findSimilarNames(shortText(wanted), known),
    },
  ];
}

const timeOf = (record: LooseRecord): string | undefined =>
  asText(record["at"]) ?? asText(record["time"]);

/** What the store remembers of changes, as a log. */
export const logOfHistory = (history: readonly HistoryEntry[]): readonly LoggedChange[] =>
  history.flatMap(({ at, change, column }) =>
    change === undefined
      ? []
      : [{ asset: change.asset, at, change, ...(column === undefined ? {} : { column }) }],
  );
