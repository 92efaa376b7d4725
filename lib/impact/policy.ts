import type { Verdict } from "./assessment.ts";
import type { Certainty } from "./change.ts";

/** How much things count. Judged, not measured: a company may bring its own; answers name the version they used. */
export interface Policy {
  readonly version: string;
  readonly verdict: Readonly<Record<Verdict, number>>;
  readonly certainty: Readonly<Record<Certainty, number>>;
  /** By tier. */
  readonly tier: Readonly<Record<1 | 2 | 3 | 4, number>>;
  /** Points for each tenfold of views or users in 30 days, and at most so many. */
  readonly usage: { readonly factor: number; readonly most: number };
  readonly people: { readonly factor: number; readonly most: number };
  readonly due: { readonly broken: number; readonly soon: number; readonly soonHours: number };
  readonly contract: number;
  /** At least so many points. */
  readonly severity: { readonly SEV1: number; readonly SEV2: number; readonly SEV3: number };
}

export const DEFAULT_POLICY: Policy = {
  version: "faultline-1",
  verdict: { breaks_silently: 40, breaks_loudly: 30, degraded: 10, unknown: 0, unaffected: 0 },
  certainty: { certain: 1, likely: 0.7, possible: 0.35 },
  tier: { 1: 25, 2: 15, 3: 5, 4: 0 },
  usage: { factor: 5, most: 15 },
  people: { factor: 3, most: 6 },
  due: { broken: 10, soon: 5, soonHours: 24 },
  contract: 4,
  severity: { SEV1: 75, SEV2: 55, SEV3: 30 },
};
