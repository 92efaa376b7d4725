import type { Assessment, AssetVerdict, Verdict, VerdictAsset } from "#lib/impact/assessment.ts";
import type { Certainty } from "#lib/impact/change.ts";
import { fingerprint } from "#lib/kit/fingerprint.ts";
import { assetId } from "#lib/model/asset-id.ts";
import type { ReviewedChange } from "./reviewed-change.ts";

/** One asset that a change harms, as the gate counts it. */
export interface Finding {
  /** Stable over runs and line numbers: of the kind of change, what changed, what breaks and how. */
  readonly fingerprint: string;
  readonly change: Pick<ReviewedChange, "kind" | "asset" | "column" | "file" | "line">;
  readonly asset: VerdictAsset;
  readonly verdict: Verdict;
  readonly certainty: Certainty | null;
  readonly points: number | null;
  readonly severity: AssetVerdict["severity"];
  readonly because: AssetVerdict["because"];
  /** Not there before this change, neither in the base nor in what is deployed. */
  readonly new: boolean;
  readonly waived: boolean;
  readonly waiver?: {
    readonly reason: string;
    readonly approver: string;
    /** The last day. */
    readonly expires: string;
    /** Where it stands in code; absent: in the file of waivers. */
    readonly place?: { readonly file: string; readonly line?: number };
    /** It holds no longer: the finding is back. */
    readonly expired?: true;
  };
  /** The policy counts it as a reason to stop. */
  readonly counts: boolean;
  /** It counts, and in the domain of what breaks the policy stops and does not only observe. */
  readonly blocks: boolean;
}

export interface FindingsInput {
  readonly assessment: Assessment;
  readonly changes: readonly ReviewedChange[];
  /** Changes that are deployed already: what they break is no news. */
  readonly isDeployed: (change: ReviewedChange) => boolean;
  /** Edited assets that cannot run themselves, each with the change that says so. */
  readonly failing?: readonly OwnFailure[];
}

export interface OwnFailure extends Pick<Finding, "asset" | "certainty" | "because"> {
  readonly change: ReviewedChange;
}

/** What cannot run, then what is not proved unaffected, in the order of the assessment. */
export function listFindings(input: FindingsInput): readonly Finding[] {
  return [...ownFailures(input), ...harmed(input)];
}

const ownFailures = ({ failing = [], isDeployed }: FindingsInput): readonly Finding[] =>
  failing.map(({ asset, change, certainty, because }) => ({
    fingerprint: fingerprintOf(change, { asset, verdict: "breaks_loudly" }),
    change: shortOf(change),
    asset,
    verdict: "breaks_loudly",
    certainty,
    points: null,
    severity: null,
    because,
    new: !isDeployed(change),
    waived: false,
    counts: false,
    blocks: false,
  }));

const shortOf = ({ kind, asset, column, file, line }: ReviewedChange): Finding["change"] => ({
  kind,
  asset,
  ...(column === undefined ? {} : { column }),
  ...(file === undefined ? {} : { file }),
  ...(line === undefined ? {} : { line }),
});

function harmed({ assessment, changes, isDeployed }: FindingsInput): readonly Finding[] {
  return assessment.verdicts.flatMap((verdict): Finding[] => {
    if (verdict.verdict === "unaffected") return [];
    const change = causeOf(verdict, changes);
    if (change === undefined) return [];
    return [
      {
        fingerprint: fingerprintOf(change, verdict),
        change: shortOf(change),
        asset: verdict.asset,
        verdict: verdict.verdict,
        certainty: verdict.certainty,
        points: verdict.points,
        severity: verdict.severity,
        because: verdict.because,
        new: !isDeployed(change),
        waived: false,
        counts: false,
        blocks: false,
      },
    ];
  });
}

/** Of one change and one asset that it harms: the same in every run, and on the page of a review. */
export const fingerprintOf = (
  { kind, asset, column }: Pick<ReviewedChange, "kind" | "asset" | "column">,
  verdict: { readonly asset: { readonly id: string }; readonly verdict: Verdict },
): string =>
  fingerprint(
    JSON.stringify([
      kind,
      asset.namespace,
      asset.name,
      column ?? "",
      verdict.asset.id,
      verdict.verdict,
    ]),
  );

/** The change that the proof starts from; the most telling one of that asset where the proof names no column of it. */
export function causeOf<Change extends Pick<ReviewedChange, "asset" | "column" | "to" | "effects">>(
  { because }: Pick<AssetVerdict, "because">,
  changes: readonly Change[],
): Change | undefined {
  const [first] = because;
  if (first === undefined) return changes[0];
  const own = changes.filter(({ asset }) => assetId(asset.namespace, asset.name) === first.asset);
  const column = first.column?.toLowerCase();
  const byColumn = own.find((change) => column !== undefined && touches(change, column));
  return byColumn ?? own.find((change) => change.column === undefined) ?? own[0] ?? changes[0];
}

const touches = (
  { column, to, effects }: Pick<ReviewedChange, "column" | "to" | "effects">,
  name: string,
): boolean =>
  column?.toLowerCase() === name ||
  to?.toLowerCase() === name ||
  (effects?.some((effect) => effect.column?.toLowerCase() === name) ?? false);
