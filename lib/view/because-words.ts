import type { AssessedChange, AssetVerdict, BecauseStep, Effect } from "#lib/impact/assessment.ts";
import { EFFECT_WORDS, isLate, listOf, USE_WORDS } from "./verdict-words.ts";

const HARMLESS: ReadonlySet<Effect> = new Set(["TYPE_WIDE", "NEW", "POS", "RENAMED"]);

const SILENT_SENTENCE: Readonly<Partial<Record<Effect, string>>> = {
  NULLS: "is empty where it should hold values",
  VALUE: "shows wrong values",
  UNIT: "is in another unit than its readers think",
  ROWS_LOST: "misses rows",
  ROWS_EXTRA: "counts rows twice",
  GRAIN: "holds rows of another grain",
  TYPE_LOSSY: "has lost precision",
  ENUM_ADDED: "has values nobody planned for",
  ENUM_REMOVED: "misses values that others expect",
  KEY_LOST: "holds duplicates",
  POS: "holds another column's values",
};

/** That a part of an asset fails says nothing of why; the step before it does. */
const PART_FAILS = "FL-1203";

/** The step that says best why: the last that is a use of something, else the last that is more than "a part of it fails". */
export function tellingStep(because: readonly BecauseStep[]): BecauseStep | undefined {
  const telling = because.filter(({ rule }) => rule !== PART_FAILS);
  return telling.findLast(({ use }) => use !== undefined) ?? telling.at(-1) ?? because.at(-1);
}

function namedColumns(verdict: AssetVerdict): string {
  const hit = verdict.columns.filter((column) =>
    column.effects.some((effect) => !HARMLESS.has(effect)),
  );
  const names = hit.map((column) => column.column);
  return names.length > 3
    ? `${names.slice(0, 2).join(", ")} and ${names.length - 2} more columns`
    : listOf(names);
}

function saySilent(verdict: AssetVerdict): string {
  const last = verdict.because.at(-1);
  const phrase = (last && SILENT_SENTENCE[last.effect]) ?? "shows wrong values";
  return `It runs, and nobody is told: ${last?.column ?? (namedColumns(verdict) || "what it publishes")} ${phrase}.`;
}

function sayDegraded(verdict: AssetVerdict): string {
  if (!isLate(verdict))
    return "It runs and its values are right, but they stand under other labels.";
  const broken = verdict.because.findLast((step) => step.effect === "ERROR");
  return `Its numbers are right but old: ${broken === undefined ? "something before it" : assetOfNode(broken)} is not rebuilt.`;
}

/** What happens to the reader, in one sentence. */
export function sayConsequence(verdict: AssetVerdict): string {
  switch (verdict.verdict) {
    case "breaks_loudly":
      return verdict.certainty === "possible"
        ? "Its query or job may stop with an error."
        : "Its query or job stops with an error.";
    case "breaks_silently":
      return saySilent(verdict);
    case "degraded":
      return sayDegraded(verdict);
    case "unknown":
      return "The change reaches it, but which columns it reads is not known. It is not scored, and it is not safe.";
    case "unaffected":
      return "The change reaches it and cannot hurt it.";
  }
}

/** `orders.amount` from `col:orders.amount`; a row set or a run in words. */
export function sayNode(step: Pick<BecauseStep, "node">): string {
  const [kind, ...rest] = step.node.split(":");
  const name = rest.join(":");
  if (kind === "rows") return `rows of ${name}`;
  return name === "" ? step.node : name;
}

const assetOfNode = (step: Pick<BecauseStep, "node">): string =>
  step.node.replace(/^(col|rows|run):/, "");

/** Why the change stops, one sentence each: `daily.rank: rank() does not care about the unit`. */
export function sayAbsorbed(verdict: AssetVerdict): readonly string[] {
  return (verdict.absorbedBy ?? []).map(({ node, use, why }) => {
    const where = assetOfNode({ node });
    return why === "" ? `${where}: stops at “${USE_WORDS[use]}”` : `${where}: ${why}`;
  });
}

/** Why nothing happens to it: a proof, where the change stops, or what reaches it and does no harm. */
export function sayWhyQuiet(verdict: AssetVerdict): readonly string[] {
  const { proof, columns } = verdict;
  const said = [...(proof?.basis === undefined ? [] : [proof.basis]), ...sayAbsorbed(verdict)];
  if (said.length > 0) return said;
  const reached = columns.filter(({ effects }) => effects.length > 0);
  if (reached.length === 0) return ["nothing of it reads what changes"];
  return reached.map(
    ({ column, effects }) =>
      `${column}: ${effects.map((effect) => EFFECT_WORDS[effect]).join(", ")}, which harms nothing here`,
  );
}

/** `dashboards/q4.yml:38`, or the event that claims it. */
export function sayProvenance(step: BecauseStep): string | undefined {
  const { file, line, event } = step.provenance ?? {};
  if (file !== undefined) return line === undefined ? file : `${file}:${line}`;
  return event;
}

/** `wrong values`, and where it is not certain, how sure. */
export function sayEffect(step: Pick<BecauseStep, "effect" | "certainty">): string {
  return step.certainty === "certain"
    ? EFFECT_WORDS[step.effect]
    : `${EFFECT_WORDS[step.effect]}, ${step.certainty}`;
}

/** A way to ship the change without the harm. */
export interface Advice {
  readonly title: string;
  readonly text: string;
}

function adviseOwner(change: AssessedChange): Advice | undefined {
  const column = change.column ?? "the column";
  switch (change.classifiedAs) {
    case "drop_column":
    case "nullable_to_required":
      return {
        title: "Wait for the readers.",
        text: `Keep ${column} until everything in this list has moved away from it, then drop it.`,
      };
    case "rename_column":
      return {
        title: "Add, then remove.",
        text: `Publish ${change.to ?? "the new name"} beside ${column}, move the readers, and drop the old name last.`,
      };
    case "unit_or_meaning_changed":
    case "type_changed":
    case "type_incompatible":
    case "type_narrowed_lossy":
      return {
        title: "Add, then remove.",
        text: `Publish the new form under a new name and leave ${column} as it is until its readers have moved.`,
      };
    case "required_to_nullable":
    case "became_mostly_null":
      return {
        title: "Fill it at the source.",
        text: `Keep ${column} filled, or agree on a default before the first empty value is published.`,
      };
    case "enum_value_added":
    case "enum_value_removed_or_renamed":
      return {
        title: "Tell before you write.",
        text: `Let readers add the value to their lists and cases first; publish it after.`,
      };
    case "add_nullable_column":
    case "add_required_column":
    case "add_column_name_collision":
      return {
        title: "Choose where it goes.",
        text: "Add the column at the end, under a name that no joined table has, and tell readers that take every column.",
      };
    case "table_dropped_or_renamed":
      return {
        title: "Leave a view.",
        text: "Keep a view under the old name until its readers are gone.",
      };
    case "column_order_changed":
      return {
        title: "Keep the order.",
        text: "Leave the published order as it is, or move the readers by position to names first.",
      };
    default:
      return undefined;
  }
}

function adviseReader(verdict: AssetVerdict): Advice | undefined {
  const step = verdict.because.find(
    (candidate) =>
      candidate.use !== undefined && candidate.use !== "IDENTITY" && candidate.use !== "STAR",
  );
  if (step?.use === undefined) return undefined;
  const place = sayProvenance(step);
  const where = place === undefined ? assetOfNode(step) : place;
  return {
    title: "Or change the reader too.",
    text: `The harm is done where it is ${USE_WORDS[step.use]}, in ${where}; change it in the same deploy.`,
  };
}

/** What would make it safe for this reader. Empty where nothing is known that would. */
export function adviseSafety(
  verdict: AssetVerdict,
  changes: readonly AssessedChange[],
): readonly Advice[] {
  if (verdict.verdict === "unaffected") return [];
  if (verdict.verdict === "unknown") {
    return [
      {
        title: "Connect its source.",
        text: "Give Faultline the query behind it, as SQL or as an export: then it gets a verdict.",
      },
    ];
  }
  const first = verdict.because[0];
  const change =
    changes.find((candidate) => first !== undefined && candidate.column === first.column) ??
    changes[0];
  return [change && adviseOwner(change), adviseReader(verdict)].filter(
    (advice) => advice !== undefined,
  );
}
