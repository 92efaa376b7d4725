import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { addPoint, type ReaderPoint } from "#lib/review/burn-down.ts";
import type { Review } from "#lib/review/review.ts";
import type { LineageStore, StoreVersion } from "#lib/store/lineage-store.ts";
import { type Failure, failureOfStore } from "../failure.ts";
import type { Workspace } from "../graph/workspace.ts";
import { countReaders } from "./judge-review.ts";
import { isOpenReview, listReviews } from "./manage-reviews.ts";
import { withDecisions } from "./with-decisions.ts";

const COLLECTION = "review-readers";

interface Track {
  readonly points: readonly ReaderPoint[];
  /** Up to this version of the graph readers were counted. */
  readonly upTo: number;
}

/** Versions that are read back at most where nobody counted for a while: the last of each day, the newest days. */
const MOST_BACK = 30;

type Asked = Pick<Workspace, "store" | "view" | "viewAt">;

/** Counts, for each review that goes on, who reads the old columns on the versions that came since the last time. */
export async function trackReaders(workspace: Asked): Promise<Result<number, Failure>> {
  const store = await workspace.store();
  if (!store.ok) return store;
  const view = await workspace.view();
  if (!view.ok) return view;
  const reviews = await listReviews(store.value);
  if (!reviews.ok) return reviews;
  let counted = 0;
  for (const review of reviews.value.filter(isOpenReview)) {
    const done = await trackOne({ workspace, store: store.value, review });
    if (!done.ok) return done;
    if (done.value) counted += 1;
  }
  return ok(counted);
}

async function trackOne({
  workspace,
  store,
  review,
}: {
  readonly workspace: Asked;
  readonly store: LineageStore;
  readonly review: Review;
}): Promise<Result<boolean, Failure>> {
  const view = await workspace.view();
  if (!view.ok) return view;
  const newest = view.value.graph.version;
  const record = await store.getRecord(COLLECTION, review.id);
  if (!record.ok) return err(failureOfStore(record.error));
  const known = record.value?.body as Track | undefined;
  if (known !== undefined && known.upTo >= newest) return ok(false);
  const from = known?.upTo ?? Number(review.proposal.graphVersion);
  const judged = await withDecisions({ store });
  if (!judged.ok) return judged;
  const { decisions } = judged.value;
  const between = await versionsBetween(store, { from, to: newest });
  if (!between.ok) return between;
  let points = known?.points ?? [firstPoint(review)];
  for (const { version, at } of between.value) {
    const past = version === newest ? view : await workspace.viewAt(String(version));
    // A version that cannot be read any more leaves a gap, no wrong count.
    if (!past.ok) continue;
    const { names, notCounted } = countReaders(
      { view: past.value, decisions },
      review.content.changes,
    );
    if (notCounted === undefined) points = addPoint(points, { at, version, names });
  }
  const body: Track = { points, upTo: newest };
  const put = await store.putRecord(COLLECTION, review.id, body, record.value?.revision ?? 0);
  // Another process has counted in the meantime.
  if (!put.ok && put.error.code !== "conflict") return err(failureOfStore(put.error));
  return ok(true);
}

const firstPoint = ({ proposal, proposedAt }: Review): ReaderPoint => ({
  at: proposedAt,
  version: Number(proposal.graphVersion),
  names: proposal.readers.names,
});

async function versionsBetween(
  store: LineageStore,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Result<readonly StoreVersion[], Failure>> {
  const versions = await store.versions(from);
  if (!versions.ok) return err(failureOfStore(versions.error));
  const wanted = versions.value.filter(({ version }) => version > from && version <= to);
  const lastOfDay = new Map(wanted.map((one) => [one.at.slice(0, 10), one]));
  return ok([...lastOfDay.values()].slice(-MOST_BACK));
}

/** Who read the old columns on which version, as far as it was counted. */
export async function readTrack(
  store: LineageStore,
  review: Review,
): Promise<Result<readonly ReaderPoint[], Failure>> {
  const record = await store.getRecord(COLLECTION, review.id);
  if (!record.ok) return err(failureOfStore(record.error));
  return ok((record.value?.body as Track | undefined)?.points ?? [firstPoint(review)]);
}
