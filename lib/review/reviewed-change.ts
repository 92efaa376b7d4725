import type { Certainty, ChangeInput, ChangeKind } from "#lib/impact/change.ts";

/** An effect of a change at the asset that it happens to. */
export interface ChangeEffect {
  /** Absent: the asset's rows or its run. */
  readonly column?: string;
  readonly effect: string;
  readonly certainty: Certainty;
}

/** A difference between two states, as a person reviews it. */
export interface ReviewedChange {
  readonly kind: ChangeKind;
  readonly asset: { readonly namespace: string; readonly name: string };
  readonly column?: string;
  /** As people wrote it: a type, an expression, a condition. Null: there was none, or there is none any more. */
  readonly before: string | null;
  readonly after: string | null;
  /** How it is known, one sentence. */
  readonly evidence: string;
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** The new name of a column that was renamed, or of a value. */
  readonly to?: string;
  readonly fromType?: string;
  readonly toType?: string;
  readonly value?: string;
  /** The new order of all columns. */
  readonly columns?: readonly string[];
  readonly certainty?: Certainty;
  /** What the edit does at the asset, where that follows from more than its kind. */
  readonly effects?: readonly ChangeEffect[];
  /** The name that the column may have got: a person has to say so. */
  readonly maybeRenamedTo?: string;
}

/** The change as the engine takes it: one for each column and certainty that its effects name. */
export function toChangeInputs(change: ReviewedChange): readonly ChangeInput[] {
  const { kind, asset, column, effects } = change;
  if (effects === undefined) {
    const { to, fromType, toType, value, columns, certainty } = change;
    return [
      {
        kind,
        asset,
        ...(column === undefined ? {} : { column }),
        ...(to === undefined ? {} : { to }),
        ...(fromType === undefined ? {} : { fromType }),
        ...(toType === undefined ? {} : { toType }),
        ...(value === undefined ? {} : { value }),
        ...(columns === undefined ? {} : { columns }),
        ...(certainty === undefined ? {} : { certainty }),
      },
      // The edited query gives the new name already, so that it is no news to the graph that is judged.
      ...(kind === "rename_column" && to !== undefined
        ? [{ kind: "add_nullable_column" as const, asset, column: to, effects: ["NEW_NAME"] }]
        : []),
    ];
  }
  const groups = new Map<string, { readonly first: ChangeEffect; readonly names: string[] }>();
  for (const effect of effects) {
    const key = JSON.stringify([effect.column, effect.certainty]);
    const group = groups.get(key);
    if (group) group.names.push(effect.effect);
    else groups.set(key, { first: effect, names: [effect.effect] });
  }
  return [...groups.values()].map(({ first, names }) => ({
    kind,
    asset,
    ...(first.column === undefined ? {} : { column: first.column }),
    effects: names.map((name) =>
      first.column === undefined && !RUN_EFFECTS.has(name) ? ([name, "rows"] as const) : name,
    ),
    certainty: first.certainty,
  }));
}

const RUN_EFFECTS: ReadonlySet<string> = new Set(["ERROR", "STALE", "TABLE_GONE"]);

/** Changes as people list them: the name that a rename gives comes with the rename, and is none of its own. */
export const listedChanges = (changes: readonly ChangeInput[]): readonly ChangeInput[] =>
  changes.filter(
    (change) =>
      !(
        change.kind === "add_nullable_column" &&
        change.effects?.length === 1 &&
        change.effects[0] === "NEW_NAME" &&
        changes.some(
          (other) =>
            other.kind === "rename_column" &&
            other.to === change.column &&
            JSON.stringify(other.asset) === JSON.stringify(change.asset),
        )
      ),
  );
