import type { Review, ReviewProblem } from "#lib/review/review.ts";
import type { Actor } from "../access/authenticate-request.ts";
import type { AskedAction } from "./asked-action.ts";
import { countReaders, type JudgedOn } from "./judge-review.ts";

/**
 * Why an entry that is sent to people would tell them nothing, or somebody whom it does not concern. Entries of the clock
 * are due by rules of their own. It is asked of new entries only: what was written before stays readable.
 */
export function whyTellsNobody(
  {
    actor,
    now,
    ...on
  }: JudgedOn & {
    readonly actor: Actor & { readonly isMachine?: true };
    /** ISO 8601. */
    readonly now: string;
  },
  { review, asked }: { readonly review: Review; readonly asked: AskedAction },
): ReviewProblem | undefined {
  if (asked.kind === "set_sunset" && asked.date === review.sunset?.date)
    return { code: "changed", message: `the date is ${asked.date} already` };
  if (asked.kind !== "remind" || actor.isMachine === true) return undefined;
  return whyStranger(on, { review, asked }) ?? whyAgain(review, { asked, now });
}

type Reminding = Extract<AskedAction, { readonly kind: "remind" }>;

function whyStranger(
  on: JudgedOn,
  { review, asked: { owner, readers } }: { readonly review: Review; readonly asked: Reminding },
): ReviewProblem | undefined {
  const { names, owners = {} } = countReaders(on, review.content.changes);
  const asks = review.asks.flatMap((ask) => ask.owner ?? []);
  const isAsked = asks.includes(owner) || Object.values(owners).includes(owner);
  if (!isAsked)
    return {
      code: "not-affected",
      message: `${owner} is not affected by this`,
      next: asks.length === 0 ? "nobody is" : `affected are ${asks.join(", ")}`,
    };
  const stranger = readers.find((name) => !names.includes(name) || owners[name] !== owner);
  return stranger === undefined
    ? undefined
    : {
        code: "not-allowed",
        message: names.includes(stranger)
          ? `${stranger} is not of ${owner}`
          : `${stranger} does not read what goes`,
      };
}

function whyAgain(
  { reminders }: Review,
  { asked: { owner, readers }, now }: { readonly asked: Reminding; readonly now: string },
): ReviewProblem | undefined {
  const isSame = (others: readonly string[]): boolean =>
    [...others].sort().join("\n") === [...readers].sort().join("\n");
  const given = reminders.find(
    (one) => one.owner === owner && one.at.slice(0, 10) === now.slice(0, 10) && isSame(one.readers),
  );
  return given === undefined
    ? undefined
    : {
        code: "changed",
        message: `${owner} was reminded of this today, at ${given.at}`,
        next: "an answer takes a day; the role of the policy decides when none comes",
      };
}
