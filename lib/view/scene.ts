import type { AssetVerdict, Verdict } from "#lib/impact/assessment.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { BlastNode } from "./blast-answer.ts";
import type { Level } from "./view-state.ts";

/** How a line is drawn: from the worst to what is only there. */
export const LINE_STYLES = [
  "silent",
  "loud",
  "degraded",
  "unknown",
  "carries",
  "absorbed",
  "idle",
] as const;
export type LineStyle = (typeof LINE_STYLES)[number];

/** What is drawn, before anything has a place: cards, folds and lines, and how many of each there are. */
export interface Scene {
  readonly level: Level;
  readonly cards: readonly SceneCard[];
  readonly folds: readonly SceneFold[];
  /** Only at the level of domains; then there are no cards. */
  readonly domains: readonly SceneDomain[];
  readonly lines: readonly SceneLine[];
  readonly counts: SceneCounts;
}

/** `reached = drawn + folded + filtered`; `hidden` is what the answer itself left out. */
export interface SceneCounts {
  readonly reached: number;
  readonly drawn: number;
  readonly folded: number;
  readonly filtered: number;
  readonly hidden: number;
  /** Of those that are drawn: what no filter asks for, and lead to what one does. */
  readonly onTheWay: number;
  /** Cards that stand for domains, into which all is folded then. */
  readonly domains: number;
}

export interface SceneRow {
  readonly column: string;
  readonly useWord: string;
  /** What the changed column becomes; absent for the others. */
  readonly after?: string;
  /** Number of the change, from 1. */
  readonly bead?: number;
}

export interface SceneCard {
  readonly id: AssetId;
  readonly node: BlastNode;
  /** Its short name, written so that it differs from the other cards' where it is cut. */
  readonly title: string;
  readonly verdict?: AssetVerdict;
  /** The second line: the verdict in words, or that the change begins here. */
  readonly words: string;
  /** What follows it: how sure, or at which use the change stops. */
  readonly note: string;
  readonly rows: readonly SceneRow[];
  /** `+ 14 columns`; empty where there is nothing more. */
  readonly more: string;
  /** Charts folded into this dashboard's card, or opened beside it; absent where it has none. */
  readonly parts?: {
    readonly key: string;
    readonly members: readonly AssetId[];
    readonly opened: boolean;
  };
  readonly height: number;
  /** The whole card as a sentence, for those who do not see it. */
  readonly label: string;
}

export interface SceneFold {
  readonly id: string;
  /** The fold's name in the address: a domain, or "" for the domains of which nothing is drawn. */
  readonly key: string;
  readonly lane: string;
  readonly members: readonly AssetId[];
  readonly text: string;
  /** Set for a step that the change goes through on its way: the names of its members. */
  readonly names?: string;
  /** The worst in it. */
  readonly verdict: Verdict;
}

export interface SceneDomain {
  readonly id: string;
  readonly domain: string;
  readonly marks: readonly {
    readonly id: AssetId;
    readonly verdict?: Verdict;
    readonly name: string;
  }[];
  readonly changed: number;
  readonly hit: number;
  readonly total: number;
  readonly height: number;
  readonly label: string;
}

export interface SceneLine {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  /** A column's port, "more", or absent for the card itself. */
  readonly sourcePort?: string;
  readonly targetPort?: string;
  readonly style: LineStyle;
  /** How many reads are drawn as this one line. */
  readonly reads: number;
  readonly label: string;
}
