import type { ReadsLeftOut } from "./left-out.ts";
import type { RenamedValue } from "./renamed-value.ts";

/** What is known of changes beside their effects, so that some uses need not care. */
export interface Ignored {
  /** The value that got another name, where that is the only change of values. */
  readonly renamed?: RenamedValue | undefined;
  /** The only change writes whole numbers as texts, which an engine that converts by itself reads as numbers again. */
  readonly numbersAsText?: true | undefined;
  /** The only change is one of texts: other ones stand there, or numbers. */
  readonly texts?: "others" | "numbers" | undefined;
  /** Reads whose conditions leave the changed rows out. */
  readonly leftOut?: ReadsLeftOut | undefined;
}

/** One object for all questions of a kind, so that what is worked out for one serves the next. */
export const TEXTS_CHANGED = {
  others: { texts: "others" },
  numbers: { texts: "numbers" },
} as const satisfies Record<NonNullable<Ignored["texts"]>, Ignored>;
