import type { AssetKind, Tier } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { Provenance } from "#lib/model/edge.ts";
import type { Use } from "#lib/model/use.ts";
import type { Certainty, ChangeInput, ChangeKind } from "./change.ts";

export type Verdict = "breaks_loudly" | "breaks_silently" | "degraded" | "unaffected" | "unknown";

/** What is wrong at a node (design: semantics, section 2). */
export const EFFECTS = [
  "GONE",
  "RENAMED",
  "TYPE_WIDE",
  "TYPE_LOSSY",
  "TYPE_INCOMPAT",
  "NULLS",
  "VALUE",
  "UNIT",
  "ENUM_ADDED",
  "ENUM_REMOVED",
  "NEW",
  "NEW_COLLIDES",
  "POS",
  "KEY_LOST",
  "ROWS_LOST",
  "ROWS_EXTRA",
  "GRAIN",
  "ERROR",
  "STALE",
  /** Lineage too coarse to say what arrives here: reads as `unknown`, never as safe. */
  "UNKNOWN",
] as const;

export type Effect = (typeof EFFECTS)[number];

/** The JSON that every interface answers with: CLI, HTTP, CSV, page and pull request are renderings of this. */
export interface Assessment {
  readonly graphVersion: string;
  /** False: something that the change can reach is known by table only, or not at all (`readsNotKnown`, `suspectedTwins` too). */
  readonly complete: boolean;
  /** Assets that are reached and left out of `verdicts` (always 0 unless a limit was asked for). */
  readonly hidden: number;
  readonly changes: readonly AssessedChange[];
  /** Every asset that the change can reach, in the order of points, hops, name. */
  readonly verdicts: readonly AssetVerdict[];
  /**
   * Consumers with a query of which no table can be found, and assets that call a function which may read tables unseen,
   * by name: the change may concern them. Absent: there are none.
   */
  readonly readsNotKnown?: readonly VerdictAsset[];
  /**
   * What looks like something that changes or is reached, under another name, and has readers that are not in the answer;
   * the surest first. Absent: nothing does.
   */
  readonly suspectedTwins?: readonly SuspectedTwin[];
  /** Each owner once; ordered by best tier, then name. */
  readonly notify: readonly { readonly owner: string; readonly assets: readonly string[] }[];
  /** Which policy the points come from. */
  readonly policy: string;
  /** Changes of the same request that name something that does not exist; the others are assessed without them. */
  readonly errors?: readonly ChangeError[];
  /** Predictions that a run contradicts (`--verify`); absent: there are none. */
  readonly misses?: readonly {
    readonly asset: string;
    readonly predicted: { readonly verdict: Verdict; readonly certainty: Certainty | null };
    readonly ran: Verdict;
    readonly proof: Proof["outcome"];
  }[];
  /** Every step of the way to one asset, where that was asked for. */
  readonly trace?: readonly TraceNode[];
}

/** `ChangeInput` without `asset`; `Omit` would lose the named keys beside an index signature. */
type ChangeDetails = {
  readonly [K in keyof ChangeInput as K extends "asset" ? never : K]: ChangeInput[K];
};

export interface AssessedChange extends ChangeDetails {
  readonly asset: { readonly namespace: string; readonly name: string };
  /** What `type_changed` was taken for. */
  readonly classifiedAs: ChangeKind;
  /** Why it does less than its kind says: what was observed in the data. */
  readonly note?: string;
}

export interface VerdictAsset {
  readonly id: AssetId;
  readonly namespace: string;
  readonly name: string;
  readonly shortName: string;
  readonly kind: AssetKind;
  readonly domain?: string;
  readonly owner?: string;
  readonly tier?: Tier;
  readonly tierGuessed?: boolean;
  readonly partOf?: AssetId;
  /** ISO 8601: since when no source says it any more. */
  readonly staleSince?: string;
}

/** Two assets that are most likely one: nobody has confirmed it, and nobody has rejected it. */
export interface SuspectedTwin {
  /** In the answer. */
  readonly asset: { readonly id: AssetId; readonly namespace: string; readonly name: string };
  /** Not in the answer. */
  readonly twin: VerdictAsset;
  /** 0 to 1. */
  readonly confidence: number;
  /** Assets that read the twin directly and are not in the answer. */
  readonly readers: number;
}

export interface AssetVerdict {
  readonly asset: VerdictAsset;
  readonly verdict: Verdict;
  /** Null where the verdict is unaffected or unknown. */
  readonly certainty: Certainty | null;
  /** 0 to 100; 0 for unaffected, null for unknown. */
  readonly points: number | null;
  /** Each rounded to 0.1, then added: verdict, tier, usage, people, due, contract. */
  readonly terms: Readonly<Record<string, number>>;
  readonly severity: "SEV1" | "SEV2" | "SEV3" | "SEV4" | null;
  readonly run: "ok" | "fails" | "stale";
  readonly rows: readonly { readonly effect: Effect; readonly certainty: Certainty }[];
  readonly columns: readonly {
    readonly column: string;
    readonly effects: readonly Effect[];
    readonly certainty: Certainty;
  }[];
  readonly because: readonly BecauseStep[];
  /** The other things wrong with it, weaker than the first. */
  readonly also: readonly {
    readonly verdict: Verdict;
    readonly certainty: Certainty | null;
    readonly because: readonly BecauseStep[];
  }[];
  /** Fewest edges from a changed asset, inner relations of queries not counted. */
  readonly hops: number;
  /** For an unaffected asset: where and by which use the change stops. */
  readonly absorbedBy?: readonly {
    readonly node: string;
    readonly use: Use;
    readonly why: string;
  }[];
  /** Where an engine was asked (`--verify`). */
  readonly proof?: Proof;
  /** A consumer's queries, each judged. */
  readonly queries?: readonly {
    readonly name: string;
    readonly verdict: Verdict;
    readonly certainty: Certainty | null;
    readonly because: readonly BecauseStep[];
  }[];
}

/** What an engine said when it was asked, beside what was judged. */
export interface Proof {
  readonly engine: string;
  /**
   * `fails`: it worked before the change and does not after it; `binds`: both times, without rows; `same` and `differs`:
   * it ran over samples; `not_tried`: with the reason.
   */
  readonly outcome: "fails" | "binds" | "same" | "differs" | "not_tried";
  /** Present where the run decides. */
  readonly basis?: "proved by run";
  /** What was said before, where the run says otherwise. */
  readonly predicted?: { readonly verdict: Verdict; readonly certainty: Certainty | null };
  readonly query?: string;
  readonly message?: string;
}

/** What arrives at a node from one of its inputs. */
export interface TraceInput {
  /** `col:orders.amount`, `rows:orders`, `run:orders`. */
  readonly from: string;
  /** The inner relation of a query that the input is, in words. */
  readonly inside?: string;
  readonly effect: Effect;
  readonly certainty: Certainty;
  readonly use?: Use;
  readonly expression?: string;
  readonly provenance?: Provenance;
}

export interface TraceStep extends TraceInput {
  /** What it brings about at the node. */
  readonly gives: Effect;
  readonly rule: string;
  readonly text: string;
}

/** A node on the way to an asset: all that is wrong there, what brings it about, and what ends there. */
export interface TraceNode {
  readonly node: string;
  readonly asset: AssetId;
  readonly inside?: string;
  /** Empty: the change reaches it and does nothing to it. */
  readonly effects: readonly { readonly effect: Effect; readonly certainty: Certainty }[];
  /** Empty where the change itself is made. */
  readonly steps: readonly TraceStep[];
  /** Effects of inputs of which nothing follows here, each with the reason. */
  readonly stops: readonly (TraceInput & { readonly text: string })[];
  /** So many nodes before this one are left out. */
  readonly skipped?: number;
}

/** One step of the proof, from the change to the consumer. */
export interface BecauseStep {
  /** `col:orders.amount`, `rows:orders`, `run:orders`. */
  readonly node: string;
  readonly asset: AssetId;
  readonly column?: string;
  /** The inner relation of a query where the step happens, in words: `group by`, `left join payments`. */
  readonly inside?: string;
  readonly effect: Effect;
  readonly certainty: Certainty;
  /** Absent at the change itself. */
  readonly use?: Use;
  /** Public and never reused: `FL-0417`. */
  readonly rule: string;
  /** A sentence for people. */
  readonly text: string;
  readonly expression?: string;
  readonly provenance?: Provenance;
  /** So many steps before this one are left out of a very long way. */
  readonly skipped?: number;
}

/** What stands in the place of an assessment when a change is malformed or names something that does not exist. */
export interface ChangeError {
  readonly error: {
    readonly code:
      | "unknown-asset"
      | "unknown-column"
      | "ambiguous-name"
      | "unknown-kind"
      | "wrong-shape";
    readonly message: string;
    readonly candidates?: readonly string[];
  };
  /** As it was asked; what is malformed may be anything. */
  readonly change: unknown;
}
