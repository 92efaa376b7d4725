import { z } from "zod";
import { DEFAULT_POLICY, type Policy } from "#lib/impact/policy.ts";

const points = z.number().min(0).max(1_000);
const share = z.number().min(0).max(1);
const tenfold = z.strictObject({ factor: points.exactOptional(), most: points.exactOptional() });

/** How much things count in the points of what breaks: what a company says over the product's own weights. */
export const weightsSchema = z
  .strictObject({
    verdict: z
      .strictObject({
        breaks_silently: points.exactOptional(),
        breaks_loudly: points.exactOptional(),
        degraded: points.exactOptional(),
      })
      .exactOptional(),
    certainty: z
      .strictObject({
        certain: share.exactOptional(),
        likely: share.exactOptional(),
        possible: share.exactOptional(),
      })
      .exactOptional(),
    tier: z
      .strictObject({
        1: points.exactOptional(),
        2: points.exactOptional(),
        3: points.exactOptional(),
        4: points.exactOptional(),
      })
      .exactOptional(),
    /** Points for each tenfold of views in 30 days, and at most so many. */
    usage: tenfold.exactOptional(),
    /** The same of users. */
    people: tenfold.exactOptional(),
    due: z
      .strictObject({
        broken: points.exactOptional(),
        soon: points.exactOptional(),
        soon_hours: z.number().min(0).max(8_760).exactOptional(),
      })
      .exactOptional(),
    contract: points.exactOptional(),
    /** At least so many points. */
    severity: z
      .strictObject({
        SEV1: points.exactOptional(),
        SEV2: points.exactOptional(),
        SEV3: points.exactOptional(),
      })
      .exactOptional(),
  })
  .superRefine(({ severity }, context) => {
    const { SEV1, SEV2, SEV3 } = { ...DEFAULT_POLICY.severity, ...severity };
    if (SEV1 >= SEV2 && SEV2 >= SEV3) return;
    context.addIssue({
      code: "custom",
      path: ["severity"],
      message: `a graver one needs at least as many points: SEV1 ${SEV1}, SEV2 ${SEV2}, SEV3 ${SEV3}`,
    });
  });

export type Weights = z.output<typeof weightsSchema>;

const MADE = new WeakMap<Weights, Policy>();

/**
 * The weights of a company, under the version of its policy; the product's own where it says none. The same object for the
 * same weights: what is known of all assets is kept by it.
 */
export function policyOf({
  version,
  weights,
}: {
  readonly version: string;
  readonly weights?: Weights | undefined;
}): Policy {
  if (weights === undefined) return DEFAULT_POLICY;
  const made = MADE.get(weights) ?? makePolicy(version, weights);
  MADE.set(weights, made);
  return made;
}

function makePolicy(version: string, weights: Weights): Policy {
  const { verdict, certainty, tier, usage, people, due, contract, severity } = weights;
  const own = DEFAULT_POLICY;
  const { soon_hours, ...dueOften } = due ?? {};
  return {
    version,
    verdict: { ...own.verdict, ...verdict },
    certainty: { ...own.certainty, ...certainty },
    tier: { ...own.tier, ...tier },
    usage: { ...own.usage, ...usage },
    people: { ...own.people, ...people },
    due: {
      ...own.due,
      ...dueOften,
      ...(soon_hours === undefined ? {} : { soonHours: soon_hours }),
    },
    contract: contract ?? own.contract,
    severity: { ...own.severity, ...severity },
  };
}
