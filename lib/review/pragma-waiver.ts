import { err, ok, type Result } from "#lib/kit/result.ts";
import type { Pragma } from "#lib/model/pragma.ts";
import { checkTerms, readWaiver, type Waiver } from "./waiver.ts";

/** What stands in code and excuses nothing, because it cannot be read as a waiver. */
export interface RefusedPragma {
  readonly file: string;
  readonly line?: number;
  /** One sentence. */
  readonly why: string;
}

export interface PragmaWaivers {
  readonly waivers: readonly Waiver[];
  readonly refused: readonly RefusedPragma[];
}

const FINGERPRINT = /^[0-9a-f]{16}$/;

const KNOWN: ReadonlySet<string> = new Set(["reason", "until", "approved-by", "created", "ticket"]);

/**
 * Waivers that stand in code: `ignore NAME reason=… until=… approved-by=…`, with `created=…` and `ticket=…` where people
 * like. They have the terms of every waiver; one that is not understood excuses nothing and says so.
 */
export function waiversInCode(pragmas: readonly Pragma[], today: string): PragmaWaivers {
  const waivers: Waiver[] = [];
  const refused: RefusedPragma[] = [];
  for (const pragma of pragmas) {
    const { file, line } = pragma;
    const place = { file, ...(line === undefined ? {} : { line }) };
    const read = readOne(pragma, today);
    if (!read.ok) refused.push({ ...place, why: read.error });
    else if (read.value !== undefined) waivers.push({ ...read.value, place });
  }
  return { waivers, refused };
}

function readOne(
  { verb, words, options }: Pragma,
  today: string,
): Result<Waiver | undefined, string> {
  if (verb === "owner") return words.length === 1 ? ok(undefined) : err("owner: name one team");
  if (verb !== "ignore") return err(`${verb || "nothing"}: only ignore and owner are known`);
  const [subject, ...more] = words;
  if (subject === undefined || more.length > 0)
    return err("ignore: name one asset, or the fingerprint of one finding");
  const unknown = Object.keys(options).find((name) => !KNOWN.has(name));
  if (unknown !== undefined) return err(`ignore ${subject}: ${unknown} is not known`);
  const read = readWaiver({
    [FINGERPRINT.test(subject) ? "fingerprint" : "selector"]: subject,
    reason: options["reason"],
    approver: options["approved-by"],
    expires: options["until"],
    ...(options["created"] === undefined ? {} : { created: options["created"] }),
    ...(options["ticket"] === undefined ? {} : { ticket: options["ticket"] }),
  });
  if (!read.ok) return err(`ignore ${subject}: ${sayOption(read.error)}`);
  const terms = checkTerms([read.value], today);
  return terms.ok ? read : err(`ignore ${subject}: ${terms.error.replace(/^waivers\.0: /, "")}`);
}

/** A key of a waiver as the pragma spells it. */
const sayOption = ({ key, message }: { readonly key: string; readonly message: string }): string =>
  `${{ approver: "approved-by", expires: "until" }[key] ?? key} ${message}`;
