import type { Outcome } from "./outcome.ts";

/** What Spark did with each cell, by its name: without ANSI mode (the default of Spark 3) and with it (of Spark 4). */
export interface SparkFixture {
  readonly engine: string;
  readonly cells: Readonly<Record<string, { readonly legacy: Outcome; readonly ansi: Outcome }>>;
}
