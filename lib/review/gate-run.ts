import type { Verdict } from "#lib/impact/assessment.ts";
import type { Certainty, ChangeKind } from "#lib/impact/change.ts";
import type { Tier } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { Outcome } from "./decide-gate.ts";
import type { Finding } from "./finding.ts";

/** A finding as the log keeps it: enough to find it again, and to say whose it was. */
export interface LoggedFinding {
  readonly fingerprint: string;
  readonly change: {
    readonly kind: ChangeKind;
    /** Full name of the changed table. */
    readonly asset: string;
    readonly column?: string;
  };
  readonly asset: AssetId;
  readonly name: string;
  readonly domain?: string;
  readonly owner?: string;
  readonly tier?: Tier;
  readonly verdict: Verdict;
  readonly certainty: Certainty | null;
  /** What the policy blocks, or would block where it only observes. */
  readonly counts: boolean;
  readonly waived: boolean;
}

/** One run of the gate, as it is kept: what it said, for which pull request, and what it cost. */
export interface GateRun {
  /** ISO 8601; runs are kept in this order. */
  readonly at: string;
  readonly actor: string;
  /** Of the pull request, where it is known: runs of one key are tries of one change. */
  readonly key?: string;
  readonly link?: string;
  readonly base: string;
  readonly head: string;
  /** Version of the policy that decided. */
  readonly policy: string;
  readonly outcome: Outcome;
  /** What the pipeline waited for it, from the start of the command to its answer. */
  readonly seconds: number;
  /** Who was named to be there, in the hours before days off. */
  readonly onCall?: string;
  /** How many changes were found. */
  readonly changes: number;
  /** New findings in all; `findings` holds those that count, then others, up to `KEPT_FINDINGS`. */
  readonly found: number;
  readonly counted: number;
  readonly findings: readonly LoggedFinding[];
}

/** So that a change of a whole warehouse stays a small record. */
export const KEPT_FINDINGS = 100;

/** The findings of a run that are kept: new ones, those that count first. */
export function logFindings(
  findings: readonly Finding[],
): Pick<GateRun, "found" | "counted" | "findings"> {
  const fresh = findings.filter((finding) => finding.new);
  const ordered = [
    ...fresh.filter(({ counts }) => counts),
    ...fresh.filter(({ counts }) => !counts),
  ];
  return {
    found: fresh.length,
    counted: fresh.filter(({ counts }) => counts).length,
    findings: ordered.slice(0, KEPT_FINDINGS).map(logFinding),
  };
}

const logFinding = (finding: Finding): LoggedFinding => {
  const { change, asset, fingerprint, verdict, certainty, counts, waived } = finding;
  return {
    fingerprint,
    change: {
      kind: change.kind,
      asset: change.asset.name,
      ...(change.column === undefined ? {} : { column: change.column }),
    },
    asset: asset.id,
    name: asset.name,
    ...(asset.domain === undefined ? {} : { domain: asset.domain }),
    ...(asset.owner === undefined ? {} : { owner: asset.owner }),
    ...(asset.tier === undefined ? {} : { tier: asset.tier }),
    verdict,
    certainty,
    counts,
    waived,
  };
};

/** What somebody said of a finding: it is wrong, because …; or that it is right after all. */
export interface MissEntry {
  readonly at: string;
  readonly actor: string;
  readonly says: "wrong" | "right";
  readonly because: string;
}

/** A finding that was judged wrong, with all that was said of it, the newest last. */
export interface GateMiss {
  readonly fingerprint: string;
  readonly finding: LoggedFinding;
  readonly entries: readonly MissEntry[];
}

/** Whether it counts as wrong now: the last word stands. */
export const isWrong = ({ entries }: Pick<GateMiss, "entries">): boolean =>
  entries.at(-1)?.says === "wrong";
