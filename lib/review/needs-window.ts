import type { ChangeInput, ChangeKind } from "#lib/impact/change.ts";
import type { ReviewContent } from "./review-action.ts";

/** Kinds that only add something: nothing is read that will go. */
const ADDS: ReadonlySet<ChangeKind> = new Set<ChangeKind>([
  "add_nullable_column",
  "add_required_column",
  "add_column_name_collision",
  "enum_value_added",
  "description_only",
]);

const TAKES: ReadonlySet<ChangeKind> = new Set<ChangeKind>([
  "drop_column",
  "rename_column",
  "table_dropped_or_renamed",
]);

/** Whether a name that is read will be there no more: whoever reads it has to move, harmed or not. */
export const takesAway = ({ kind }: ChangeInput): boolean => TAKES.has(kind);

/** Whether there is something old that readers can leave: a column whose name goes or that means something else. */
export const leavesOld = ({ kind, column }: ChangeInput): boolean =>
  kind === "table_dropped_or_renamed" || (!ADDS.has(kind) && typeof column === "string");

/** What harms nobody, as far as everything is known, and takes nothing away goes out without a date. */
export const needsWindow = ({ changes, complete, readers, verdicts }: ReviewContent): boolean =>
  !complete ||
  verdicts.length > 0 ||
  readers.names.length > 0 ||
  readers.notCounted !== undefined ||
  changes.some(takesAway);

/** Whether a removal is asked for at all: else the question is only whether the change may go out. */
export const hasOld = (content: ReviewContent): boolean =>
  needsWindow(content) && content.changes.some(leavesOld);
