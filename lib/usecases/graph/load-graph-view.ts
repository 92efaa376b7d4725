import { mergeClaims } from "#lib/graph/merge-claims.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { AsOf, LineageStore } from "#lib/store/lineage-store.ts";
import type { Failure } from "../failure.ts";
import { failureOfStore } from "../failure.ts";
import { createGraphView, type GraphView } from "./graph-view.ts";

/** Reads the graph from the store, now or as it was, and makes it ready to be asked. */
export async function loadGraphView(
  store: LineageStore,
  at?: string,
): Promise<Result<GraphView, Failure>> {
  const moment = at === undefined ? ok(undefined) : readAsOf(at);
  if (!moment.ok) return moment;
  const stamp = await stampOf(store, moment.value);
  if (!stamp.ok) return stamp;
  // By time, each source is taken as it was by its own clock, which no one version says.
  const isTime = moment.value !== undefined && "time" in moment.value;
  const claims = await store.claims(isTime ? moment.value : { version: stamp.value.version });
  if (!claims.ok) return err(failureOfStore(claims.error));
  const graph = mergeClaims(claims.value, stamp.value.version);
  return ok(createGraphView(graph, stamp.value));
}

/** A version number, or a time that the platform can read. */
export function readAsOf(text: string): Result<AsOf, Failure> {
  if (/^\d+$/.test(text)) return ok({ version: Number(text) });
  // Date.parse alone takes "-5" for a year.
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return ok({ time: new Date(time).toISOString() });
  return err({
    code: "bad-usage",
    message: `"${text}" is neither a version nor a time`,
    next: "give a version such as 12, or a time such as 2026-03-03T02:00:00Z",
  });
}

async function stampOf(
  store: LineageStore,
  at: AsOf | undefined,
): Promise<Result<{ readonly version: number; readonly at: string }, Failure>> {
  const newest = await store.version();
  if (!newest.ok) return err(failureOfStore(newest.error));
  if (at === undefined) return ok({ version: newest.value.version, at: newest.value.at });
  if ("version" in at && at.version > newest.value.version) {
    return err({
      code: "bad-usage",
      message: `there is no version ${at.version} yet`,
      next: `the newest is ${newest.value.version}`,
    });
  }
  const versions = await store.versions();
  if (!versions.ok) return err(failureOfStore(versions.error));
  const isBefore = (version: { readonly version: number; readonly at: string }): boolean =>
    "version" in at ? version.version <= at.version : version.at <= at.time;
  const found = versions.value.filter(isBefore).at(-1);
  return ok(found ? { version: found.version, at: found.at } : { version: 0, at: "" });
}
