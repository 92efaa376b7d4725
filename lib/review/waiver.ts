import { z } from "zod";
import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";
import { matchesGlob } from "#lib/kit/match-glob.ts";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { Tier } from "#lib/model/asset.ts";
import type { Finding } from "./finding.ts";

const DAY_HOURS = 24;

/** An exception is a loan: nobody gets it for longer than this. */
const MOST_DAYS = 90;

/** What a value that is wrong is told with: one that is not there has nothing else to be told. */
const missingOr =
  (otherwise: string) =>
  ({ input }: { readonly input?: unknown }): string =>
    input === undefined || input === null ? "is missing" : otherwise;

const NO_DATE = "is no date such as 2026-03-31";

/** YAML may read a plain date as a moment; what is kept is its day. */
const date = z
  .union([z.string(), z.date().transform((moment) => moment.toISOString())], {
    error: missingOr(NO_DATE),
  })
  .transform((value) => value.slice(0, 10))
  .pipe(z.iso.date({ error: NO_DATE }));

const words = z
  .string({ error: missingOr("is no text") })
  .trim()
  .min(1, { error: "is empty" });

const hoursOf = (day: string): number => hoursSinceEpoch(day.slice(0, 10)) ?? Number.NaN;

const waiverSchema = z
  .strictObject({
    /** Of the finding, as the answer prints it. */
    fingerprint: z.string().min(1).optional(),
    /** Or: the name of what breaks, with `*` for a part of it; wildcards hold for tiers 3 and 4 only. */
    selector: z.string().min(1).optional(),
    reason: words,
    /** The team that answers for it. */
    approver: words,
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

export type Waiver = z.output<typeof waiverSchema> & {
  /** It stands in code: it holds for what this file changes, and for what breaks in it. */
  readonly place?: WaiverPlace;
};

export interface WaiverPlace {
  readonly file: string;
  /** 1-based. */
  readonly line?: number;
}

/** One waiver of unknown shape; the first key that is wrong otherwise. */
export function readWaiver(
  value: unknown,
): Result<Waiver, { readonly key: string; readonly message: string }> {
  const parsed = waiverSchema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  return err({ key: issue?.path.join(".") ?? "", message: issue?.message ?? "is not understood" });
}

/**
 * The first waiver that runs for too long; `today` stands for a date of creation that is not said. One that was created
 * in the future would hold until then too, so it is refused as well.
 */
export function checkTerms(waivers: readonly Waiver[], today: string): Result<undefined, string> {
  for (const [at, waiver] of waivers.entries()) {
    const wrong = wrongTerm(waiver, today);
    if (wrong !== undefined) return err(`waivers.${at}: ${wrong}`);
  }
  return ok(undefined);
}

function wrongTerm({ created, expires }: Waiver, today: string): string | undefined {
  if (created !== undefined && hoursOf(created) > hoursOf(today))
    return `was created on ${created}, which is to come`;
  if (created !== undefined && hoursOf(expires) < hoursOf(created))
    return `ends on ${expires}, before it was created on ${created}`;
  const length = (hoursOf(expires) - hoursOf(created ?? today)) / DAY_HOURS;
  return length > MOST_DAYS
    ? `runs for ${Math.ceil(length)} days; a waiver holds for ${MOST_DAYS} at most`
    : undefined;
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
  {
    waivers,
    today,
    filesOf = () => NO_FILES,
  }: {
    readonly waivers: readonly Waiver[];
    readonly today: string;
    /** The files that say an asset, for waivers that stand in code. */
    readonly filesOf?: (asset: Finding["asset"]) => ReadonlySet<string>;
  },
): AppliedWaivers {
  const used = new Set<Waiver>();
  const expired = new Set<Waiver>();
  const excused = findings.map((finding): Finding => {
    const fitting = waivers.filter(
      (waiver) => covers(waiver, finding) && standsThere(waiver, { finding, filesOf }),
    );
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

const NO_FILES: ReadonlySet<string> = new Set();

/** In the file that changes something, or in one of what breaks. */
function standsThere(
  { place }: Waiver,
  {
    finding: { change, asset },
    filesOf,
  }: {
    readonly finding: Finding;
    readonly filesOf: (asset: Finding["asset"]) => ReadonlySet<string>;
  },
): boolean {
  return place === undefined || change.file === place.file || filesOf(asset).has(place.file);
}

const noteOf = ({ reason, approver, expires, place }: Waiver): NonNullable<Finding["waiver"]> => ({
  reason,
  approver,
  expires,
  ...(place === undefined ? {} : { place }),
});

/** What people call it: what it is of, and where it stands in code. */
export function nameWaiver({ fingerprint, selector, place }: Waiver): string {
  const of = fingerprint ?? selector ?? "";
  if (place === undefined) return `waiver of ${of}`;
  return `pragma at ${place.file}${place.line === undefined ? "" : `:${place.line}`} (ignore ${of})`;
}

/** A waiver holds through the day that it names. */
export const isExpired = ({ expires }: Waiver, today: string): boolean =>
  hoursOf(expires) < hoursOf(today);

function covers({ fingerprint, selector }: Waiver, { asset, ...finding }: Finding): boolean {
  if (fingerprint !== undefined) return fingerprint === finding.fingerprint;
  return selector !== undefined && selects(selector, asset);
}

/** Whether a selector names an asset, by its name or the end of one. */
export function selects(
  selector: string,
  asset: { readonly name: string; readonly tier?: Tier | undefined },
): boolean {
  const isOpen = selector.includes("*");
  if (isOpen && (asset.tier === undefined || asset.tier < 3)) return false;
  const wanted = selector.toLowerCase();
  const name = asset.name.toLowerCase();
  return matchesGlob(wanted, name, ".") || matchesGlob(`**.${wanted}`, name, ".");
}
