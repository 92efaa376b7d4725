import type { Problem } from "#lib/model/problem.ts";
import type { DetectedChange } from "../history/detect-changes.ts";
import type { OnlyNulls } from "./watch-nulls.ts";

/** What `faultline ingest --format json` prints. Counts are of what this call read, each asset and edge once. */
export interface IngestReport {
  readonly assets: number;
  readonly columns: number;
  readonly edges: number;
  /** Names that no asset answers to, in the whole graph. */
  readonly unresolved: number;
  readonly problems: readonly Problem[];
  /** Of the store afterwards. */
  readonly version: number;
  readonly sources: readonly {
    readonly id: string;
    readonly kind: string;
    readonly label: string;
    readonly assets: number;
  }[];
  /** Claims written, the same as before, and no longer said; other sources that were resolved anew included. */
  readonly written: number;
  readonly unchanged: number;
  readonly madeStale: number;
  readonly dryRun: boolean;
  /** Columns in which only nulls were seen, for the first time, that a consumer reads; absent where there are none. */
  readonly onlyNulls?: readonly OnlyNulls[];
  /** Tables that are not what the events of their source said before; absent where there are none. */
  readonly changes?: readonly DetectedChange[];
}
