import { z } from "zod";
import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";
import { matchesGlob } from "#lib/kit/match-glob.ts";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { Finding } from "./finding.ts";

const DAY_HOURS = 24;

/** An exception is a loan: nobody gets it for longer than this. */
const MOST_DAYS = 90;

/** YAML may read a plain date as a moment; what is kept is its day. */
const date = z
  .union([z.string(), z.date().transform((moment) => moment.toISOString())])
  .transform((value) => value.slice(0, 10))
  .refine((value) => /^\d{4}-\d{2}-\d{2}$/.test(value) && hoursSinceEpoch(value) !== undefined, {
    message: "is no date such as 2026-03-31",
  });

const hoursOf = (day: string): number => hoursSinceEpoch(day.slice(0, 10)) ?? Number.NaN;

const waiverSchema = z
  .strictObject({
    /** Of the finding, as the answer prints it. */
    fingerprint: z.string().min(1).optional(),
    /** Or: the name of what breaks, with `*` for a part of it; wildcards hold for tiers 3 and 4 only. */
    selector: z.string().min(1).optional(),
    reason: z.string().min(1),
    /** The team that answers for it. */
    approver: z.string().min(1),
    created: date.optional(),
    /** Required; at most 90 days after it was created. */
    expires: date,
    ticket: z.string().optional(),
  })
  .refine((one) => (one.fingerprint === undefined) !== (one.selector === undefined), {
    message: "names either a fingerprint or a selector",
  });

export const waiversSchema = z.strictObject({
  version: z.literal(1).default(1),
  waivers: z.array(waiverSchema).default([]),
});

export type Waiver = z.output<typeof waiverSchema>;

/** The first waiver that runs for too long; `today` stands for a date of creation that is not said. */
export function checkTerms(waivers: readonly Waiver[], today: string): Result<undefined, string> {
  for (const [at, waiver] of waivers.entries()) {
    const length = (hoursOf(waiver.expires) - hoursOf(waiver.created ?? today)) / DAY_HOURS;
    if (length > MOST_DAYS)
      return err(
        `waivers.${at}: runs for ${Math.ceil(length)} days; a waiver holds for ${MOST_DAYS} at most`,
      );
  }
  return ok(undefined);
}

export interface AppliedWaivers {
  readonly findings: readonly Finding[];
  /** What is no longer excused: the finding is back. */
  readonly expired: readonly Waiver[];
  /** What excuses nothing. */
  readonly unused: readonly Waiver[];
}

/** Excuses findings until the end of the day that a waiver names. */
export function applyWaivers(
  findings: readonly Finding[],
  { waivers, today }: { readonly waivers: readonly Waiver[]; readonly today: string },
): AppliedWaivers {
  const used = new Set<Waiver>();
  const expired = new Set<Waiver>();
  const excused = findings.map((finding): Finding => {
    const fitting = waivers.filter((waiver) => covers(waiver, finding));
    for (const waiver of fitting) used.add(waiver);
    const living = fitting.find((waiver) => !isExpired(waiver, today));
    const [old] = fitting;
    if (living !== undefined) return { ...finding, waived: true, waiver: noteOf(living) };
    if (old === undefined) return finding;
    expired.add(old);
    return { ...finding, waiver: { ...noteOf(old), expired: true } };
  });
  return {
    findings: excused,
    expired: [...expired],
    unused: waivers.filter((waiver) => !used.has(waiver)),
  };
}

const noteOf = ({ reason, approver, expires }: Waiver): NonNullable<Finding["waiver"]> => ({
  reason,
  approver,
  expires,
});

/** A waiver holds through the day that it names. */
const isExpired = ({ expires }: Waiver, today: string): boolean =>
  hoursOf(expires) < hoursOf(today);

function covers({ fingerprint, selector }: Waiver, { asset, ...finding }: Finding): boolean {
  if (fingerprint !== undefined) return fingerprint === finding.fingerprint;
  if (selector === undefined) return false;
  const isOpen = selector.includes("*");
  if (isOpen && (asset.tier === undefined || asset.tier < 3)) return false;
  const wanted = selector.toLowerCase();
  const name = asset.name.toLowerCase();
  return matchesGlob(wanted, name, ".") || matchesGlob(`**.${wanted}`, name, ".");
}
