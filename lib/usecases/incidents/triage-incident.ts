import { findAssetByName } from "#lib/graph/find-asset-by-name.ts";
import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import { findAsset, findColumn } from "#lib/graph/snapshot.ts";
import { asFound, type Finding } from "#lib/incidents/finding.ts";
import type { Observation, Showing, ToldReason } from "#lib/incidents/observation.ts";
import { rankSuspects } from "#lib/incidents/rank-suspects.ts";
import type { FailedRun, LoggedChange, Triage } from "#lib/incidents/suspect.ts";
import type { TriageWeights } from "#lib/incidents/triage-weights.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { shortJson } from "#lib/kit/short-text.ts";
import { assetAtAddress } from "../ask/addresses-in.ts";
import { splitReference } from "../ask/split-reference.ts";
import type { Failure } from "../failure.ts";
import type { GraphView } from "../graph/graph-view.ts";
import { readPasted } from "./read-pasted.ts";

/** One thing that somebody or something looked at. */
export interface ObservedRef {
  /** A name, a column (`orders.amount`), an id, the address of a dashboard, or a whole error text. */
  readonly ref: string;
  readonly shows?: Showing;
  /** What a check that failed looks for. */
  readonly found?: Finding;
  /** ISO 8601. */
  readonly since?: string;
}

/** What is asked: the same over the command line, HTTP and the screens. */
export interface TriageRequest {
  readonly symptoms: readonly ObservedRef[];
  readonly healthy?: readonly ObservedRef[];
  /** Known beside what the store remembers. */
  readonly changes?: readonly LoggedChange[];
  /** ISO 8601. */
  readonly now: string;
  /** Absent: those of the product. */
  readonly weights?: TriageWeights;
}

export interface TriageAnswer extends Triage {
  /** References that name nothing here, and entries of a log that could not be used; the rest is answered without them. */
  readonly errors?: readonly (Failure & { readonly ref: string })[];
}

/** Ranked suspects for what is broken, on one version of the graph. */
export function triageIncident(
  view: GraphView,
  request: TriageRequest,
): Result<TriageAnswer, Failure> {
  const errors: (Failure & { ref: string })[] = [];
  const symptoms = new Map<string, Observation>();
  for (const [refs, isBroken] of [
    [request.symptoms, true],
    [request.healthy ?? [], false],
  ] as const) {
    for (const observed of refs) {
      const found = observe(view, observed, isBroken);
      if (!found.ok) errors.push({ ...found.error, ref: observed.ref });
      else errors.push(...found.value.notes.map((note) => ({ ...note, ref: observed.ref })));
      for (const one of found.ok ? found.value.observations : []) {
        const key = `${one.relation}.${one.column ?? ""}`;
        const before = symptoms.get(key);
        if (before !== undefined && before.isBroken !== isBroken)
          errors.push({ ...contradiction(observed.ref), ref: observed.ref });
        else symptoms.set(key, one);
      }
    }
  }
  const observations = [...symptoms.values()];
  if (!observations.some(({ isBroken }) => isBroken)) {
    const [first] = errors;
    return err(first ?? nothingBroken);
  }
  const triage = rankSuspects({
    snapshot: view.snapshot,
    graph: view.graph,
    observations,
    changesAt: groupChanges(view, request.changes ?? []),
    failedRuns: failedRunsOf(view),
    now: request.now,
    ...(request.weights === undefined ? {} : { weights: request.weights }),
  });
  return ok(errors.length === 0 ? triage : { ...triage, errors });
}

const nothingBroken: Failure = {
  code: "bad-usage",
  message: "nothing is named that is broken",
  next: "name what is broken: a dashboard, a table, a column, or the address of a dashboard",
};

const contradiction = (ref: string): Failure => ({
  code: "bad-usage",
  message: `${ref} is named as broken and as healthy: taken as broken`,
});

interface ObservedHere {
  readonly observations: readonly Observation[];
  /** What a text speaks of and nothing here answers to, beside what it led to. */
  readonly notes: readonly Failure[];
}

/** A name means one thing; an error text may speak of several. */
function observe(
  view: GraphView,
  { ref, shows, found: finding, since }: ObservedRef,
  isBroken: boolean,
): Result<ObservedHere, Failure> {
  const found = findAllObserved(view, ref);
  if (!found.ok) return found;
  const { all, isOfText, unknown } = found.value;
  const observations = all.map(({ asset, relation, column, ...said }): Observation => {
    const seen = shows ?? said.shows;
    return {
      ref: isOfText ? nameOf(view, { asset, column }) : ref,
      relation,
      isBroken,
      ...(column === undefined ? {} : { column }),
      ...(seen === undefined || !isBroken ? {} : { shows: seen }),
      ...(isBroken ? asFound(finding) : {}),
      ...(since === undefined ? {} : { since }),
    };
  });
  const instead = observations.map((one) => one.ref).join(", ");
  return ok({
    observations: isOfText ? withReasons(observations) : observations,
    notes: unknown.length === 0 ? [] : [notKnown(unknown, instead)],
  });
}

/** One message tells what failed and what was not found: that is why it failed. */
function withReasons(observations: readonly Observation[]): readonly Observation[] {
  const reasons = observations.flatMap(({ relation, column, shows }): readonly ToldReason[] =>
    shows === "gone" || shows === "unfit"
      ? [{ relation, shows, ...(column === undefined ? {} : { column }) }]
      : [],
  );
  if (reasons.length === 0) return observations;
  return observations.map((one) => (one.shows === "fails" ? { ...one, reasons } : one));
}

const notKnown = (unknown: readonly string[], instead: string): Failure => ({
  code: "unknown-asset",
  message: `the error text says that ${unknown.join(", ")} failed, and nothing here is called so: taken as about ${instead}`,
  next: "name the table, model or dashboard that is broken",
});

export interface Observed {
  readonly asset: MergedAsset;
  readonly relation: number;
  readonly column?: number;
  /** As an error text says. */
  readonly shows?: Showing;
}

interface AllObserved {
  readonly all: readonly Observed[];
  readonly isOfText: boolean;
  readonly unknown: readonly string[];
}

const nameOf = (
  { snapshot }: GraphView,
  { asset, column }: { readonly asset: MergedAsset; readonly column: number | undefined },
): string =>
  column === undefined ? asset.name : `${asset.name}.${snapshot.columnNames.at(column) ?? ""}`;

/** What a reference means: the asset, and the column where one is named. Of an error text, what failed. */
export function findObserved(view: GraphView, ref: string): Result<Observed, Failure> {
  const all = findAllObserved(view, ref);
  if (!all.ok) return all;
  const [first] = all.value.all;
  return first === undefined ? err(nothingBroken) : ok(first);
}

function findAllObserved(view: GraphView, ref: string): Result<AllObserved, Failure> {
  const plain = findNamed(view, ref);
  if (plain.ok) return ok({ all: [plain.value], isOfText: false, unknown: [] });
  const isText = /\s/.test(ref.trim());
  if (!isText && plain.error.code !== "unknown-asset") return plain;
  const read = readPasted(view.graph, ref);
  if (read === undefined) return isText ? err(notCalled(ref)) : plain;
  const { found, isAmbiguous, isError, lookedFor, unknown } = read;
  if (found.length === 0 && !isText && !isError) return plain;
  if (found.length === 0)
    return err({
      code: "unknown-asset",
      message: `the ${isError ? "error text" : "text"} names ${lookedFor}, and nothing here is called so`,
      next: "name the table, model or dashboard that is broken",
    });
  if (isAmbiguous)
    return err({
      code: "ambiguous-name",
      message: `the error text names ${lookedFor}, which fits ${found.length} here${unknown.length === 0 ? "" : `; nothing is called ${unknown.join(", ")}`}`,
      candidates: found.map(({ asset, column }) =>
        column === undefined ? asset.name : `${asset.name}.${column}`,
      ),
      next: "name the one that is meant",
    });
  const all = found.map(({ asset, column: named, shows }): Observed => {
    const relation = findAsset(view.snapshot, asset.id);
    const column = named === undefined ? -1 : findColumn(view.snapshot, relation, named);
    return {
      asset,
      relation,
      ...(column < 0 ? {} : { column }),
      ...(shows === undefined || (named !== undefined && column < 0) ? {} : { shows }),
    };
  });
  return ok({ all, isOfText: true, unknown });
}

const notCalled = (text: string): Failure => ({
  code: "unknown-asset",
  message: `nothing here is called ${shortJson(text.trim())}`,
  next: "name the table, model or dashboard that is broken, or paste its address",
});

/** What one name, id or address means; a text that speaks of several means none of them. */
export function findNamed({ graph, snapshot }: GraphView, ref: string): Result<Observed, Failure> {
  const byUrl = assetAtAddress(graph, ref);
  const split = byUrl === undefined ? splitReference(graph, ref) : { asset: byUrl };
  const found = findAssetByName(graph, split.asset);
  if (!found.ok) {
    // The whole of it was asked for, whichever half is not known.
    const isUnknown = found.error.code === "unknown-asset";
    const message = isUnknown ? `no asset answers to ${shortJson(ref)}` : found.error.message;
    return err({ ...found.error, message });
  }
  const asset = found.value;
  const relation = findAsset(snapshot, asset.id);
  const named = "column" in split ? split.column : undefined;
  if (named === undefined) return ok({ asset, relation });
  const column = findColumn(snapshot, relation, named);
  if (column >= 0) return ok({ asset, relation, column });
  return err({
    code: "unknown-column",
    message: `${asset.name} has no column ${JSON.stringify(named)}`,
    candidates: asset.columns.slice(0, 20).map(({ name }) => name),
  });
}

/** Changes by the number of the asset that they are logged at, newest first; those of no asset here are left out. */
export function groupChanges(
  { graph, snapshot }: GraphView,
  changes: readonly LoggedChange[],
): ReadonlyMap<number, readonly LoggedChange[]> {
  const grouped = new Map<number, LoggedChange[]>();
  for (const change of changes) {
    const found = findAssetByName(graph, change.asset);
    const relation = found.ok ? findAsset(snapshot, found.value.id) : -1;
    if (relation < 0) continue;
    const list = grouped.get(relation) ?? [];
    list.push(change);
    grouped.set(relation, list);
  }
  for (const list of grouped.values()) list.sort((a, b) => ((a.at ?? "") < (b.at ?? "") ? 1 : -1));
  return grouped;
}

/** Whose last run failed, by number. */
export function failedRunsOf({ graph, snapshot }: GraphView): ReadonlyMap<number, FailedRun> {
  const failed = new Map<number, FailedRun>();
  for (const { id, attributes } of graph.assets.values()) {
    if (attributes.lastRun?.state !== "failed") continue;
    const relation = findAsset(snapshot, id);
    if (relation >= 0) failed.set(relation, { relation, at: attributes.lastRun.at });
  }
  return failed;
}
