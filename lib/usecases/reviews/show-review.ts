import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import { addPoint, burnDown, type ReaderPoint } from "#lib/review/burn-down.ts";
import { listNews } from "#lib/review/judge-again.ts";
import { listConditions } from "#lib/review/list-conditions.ts";
import { listWaiting, windowOf } from "#lib/review/list-waiting.ts";
import type { ChangedTable } from "#lib/review/migration-sql.ts";
import { planMigration } from "#lib/review/plan-migration.ts";
import type { Review } from "#lib/review/review.ts";
import type { ShownReview } from "#lib/review/shown-review.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { Failure } from "../failure.ts";
import type { GraphView } from "../graph/graph-view.ts";
import { compareWithToday } from "./judge-review.ts";
import { isOpenReview, type ReviewRecord } from "./manage-reviews.ts";
import { readTrack } from "./track-readers.ts";
import { withDecisions } from "./with-decisions.ts";

export interface ShowHand {
  readonly store: LineageStore;
  readonly view: GraphView;
  /** ISO 8601. */
  readonly now: string;
}

export async function showReview(
  { review, events }: ReviewRecord,
  { store, view, now }: ShowHand,
): Promise<Result<ShownReview, Failure>> {
  const points = await readTrack(store, review);
  if (!points.ok) return points;
  const judged = await withDecisions({ store, view });
  if (!judged.ok) return judged;
  const today = compareWithToday(judged.value, review.content);
  const { readers } = today;
  const newest: ReaderPoint = { at: now, version: view.graph.version, names: readers.names };
  const isCounted = isOpenReview(review) && readers.notCounted === undefined;
  const counted = isCounted ? addPoint(points.value, newest) : points.value;
  return ok({
    review,
    events,
    now,
    waiting: listWaiting(review, now),
    window: windowOf(review, now),
    today,
    conditions: listConditions(review, {
      readers,
      now,
      notAsked: isOpenReview(review) ? listNews(today).map(({ name }) => name) : [],
    }),
    readers: burnDown(counted, now),
    plan: planMigration(review, { readers, now, findTable: (change) => tableOf(review, change) }),
  });
}

/** As it stood when the change was judged: the old column may be gone by now. */
function tableOf(
  { content }: Review,
  change: Review["content"]["changes"][number],
): ChangedTable | undefined {
  const name = typeof change.asset === "string" ? change.asset : change.asset.name;
  const table = content.tables?.find((one) => one.name === name);
  if (table === undefined) return undefined;
  const column = table.columns.find(
    (one) => one.mark !== "comes" && one.name.toLowerCase() === change.column?.toLowerCase(),
  );
  return {
    name,
    dialect: table.dialect ?? "generic",
    isBuilt: table.isBuilt,
    ...(column?.type === undefined ? {} : { columnType: column.type }),
  };
}
