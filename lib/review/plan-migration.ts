import type { ChangeInput } from "#lib/impact/change.ts";
import { readersLeft } from "./check-transition.ts";
import { type ChangedTable, type MigrationSql, writeMigrationSql } from "./migration-sql.ts";
import { takesAway } from "./needs-window.ts";
import type { Review } from "./review.ts";
import type { ReaderCount } from "./review-action.ts";

export interface PlanStep {
  readonly id: "expand" | "compare" | "move" | "remove";
  readonly isDone: boolean;
  readonly isNow: boolean;
}

/** What an owner has to do before the old column may go. */
export interface OwnerTask {
  /** Absent: nobody owns these. */
  readonly owner?: string;
  readonly assets: readonly {
    readonly name: string;
    /**
     * `moved`: it read the old column at the proposal, and does not any more. `unsaid`: no source tells of it any more, and
     * it still counts; `gone`: not any more.
     */
    readonly state: "reads" | "moved" | "written_off" | "unsaid" | "gone";
  }[];
}

export interface MigrationPlan {
  readonly steps: readonly PlanStep[];
  readonly tasks: readonly OwnerTask[];
  /** One for each change that has something to stand beside the old. */
  readonly sql: readonly (MigrationSql & { readonly target: string; readonly dialect: string })[];
}

/** Tables by the asset's id, as far as they are known. */
export type FindTable = (change: ChangeInput) => ChangedTable | undefined;

/** From the proposal to the removal: what comes next, who has to do what, and the statements for the producer. */
export function planMigration(
  review: Review,
  {
    readers,
    now,
    findTable,
  }: {
    readonly readers: ReaderCount;
    /** ISO 8601. */
    readonly now: string;
    readonly findTable: FindTable;
  },
): MigrationPlan {
  const { changes, verdicts } = review.content;
  const sql = changes.flatMap((change, number) => {
    // What harms nobody is simply done: nothing has to stand beside it.
    const isHarmful = verdicts.some(({ cause = number }) => cause === number);
    if (!isHarmful && !takesAway(change)) return [];
    const table = findTable(change);
    const written = table === undefined ? undefined : writeMigrationSql(change, table);
    if (table === undefined || written === undefined) return [];
    const target =
      typeof change.column === "string" ? `${table.name}.${change.column}` : table.name;
    return [{ ...written, target, dialect: table.dialect }];
  });
  return {
    steps: stepsOf(review, { readers, now, hasNew: sql.length > 0 }),
    tasks: tasksOf(review, { readers, now }),
    sql,
  };
}

const RANKS: Readonly<Record<Review["state"], number>> = {
  proposed: 0,
  expanded: 1,
  migrating: 2,
  ready: 3,
  removed: 4,
  abandoned: 0,
};

function stepsOf(
  review: Review,
  {
    readers,
    now,
    hasNew,
  }: { readonly readers: ReaderCount; readonly now: string; readonly hasNew: boolean },
): readonly PlanStep[] {
  const rank = RANKS[review.state];
  const isMoved =
    readers.notCounted === undefined && readersLeft(review, { readers, now }).length === 0;
  const steps: readonly Omit<PlanStep, "isNow">[] = [
    ...(hasNew
      ? [
          { id: "expand", isDone: rank >= 1 } as const,
          { id: "compare", isDone: rank >= 3 } as const,
        ]
      : []),
    { id: "move", isDone: isMoved },
    { id: "remove", isDone: review.state === "removed" },
  ];
  const hasEnded = review.state === "removed" || review.state === "abandoned";
  const next = steps.findIndex(({ isDone }) => !isDone);
  return steps.map((step, at) => ({ ...step, isNow: !hasEnded && at === next }));
}

function tasksOf(
  review: Review,
  { readers, now }: { readonly readers: ReaderCount; readonly now: string },
): readonly OwnerTask[] {
  const owners = { ...review.content.readers.owners, ...readers.owners };
  const reading = new Set(readers.names);
  const left = new Set(readersLeft(review, { readers, now }));
  const { unsaid = {} } = readers;
  const off = new Set(review.writtenOff.map(({ reader }) => reader));
  const names = [...new Set([...review.content.readers.names, ...readers.names])].sort();
  const byOwner = new Map<string | undefined, OwnerTask["assets"][number][]>();
  for (const name of names) {
    const state = off.has(name)
      ? "written_off"
      : !reading.has(name)
        ? "moved"
        : unsaid[name] === undefined
          ? "reads"
          : left.has(name)
            ? "unsaid"
            : "gone";
    const own = byOwner.get(owners[name]) ?? [];
    own.push({ name, state });
    byOwner.set(owners[name], own);
  }
  return [...byOwner]
    .sort(([a], [b]) => (a === undefined ? 1 : b === undefined ? -1 : a < b ? -1 : 1))
    .map(([owner, assets]) => ({ ...(owner === undefined ? {} : { owner }), assets }));
}
