import type { BecauseStep, Verdict } from "#lib/impact/assessment.ts";
import { type BecauseGroup, groupSteps } from "#lib/view/because-groups.ts";
import { sayEffect, sayNode, sayProvenance } from "#lib/view/because-words.ts";
import { foldAlike } from "#lib/view/fold-alike.ts";
import { countOf, USE_WORDS } from "#lib/view/verdict-words.ts";
import { EndKept } from "../ui/end-kept.tsx";
import { VERDICT_TEXT } from "../verdict/verdict-mark.tsx";
import { InItsQuery } from "./in-its-query.tsx";

/** The proof, one entry for each asset on the way; what its queries do on the inside, and what only says the same again, opens on demand. */
export function BecauseSteps({
  steps,
  verdict,
}: {
  readonly steps: readonly BecauseStep[];
  readonly verdict: Verdict;
}) {
  return (
    <ol className={`mt-2 mb-3 list-none ${VERDICT_TEXT[verdict]}`}>
      {foldAlike(groupSteps(steps)).map(({ alike, groups }, at) =>
        alike ? (
          <Alike key={`alike ${keyOf(groups[0])}`} groups={groups} />
        ) : (
          groups.map((group, nth) => (
            <Entry key={keyOf(group)} group={group} first={at === 0 && nth === 0} />
          ))
        ),
      )}
    </ol>
  );
}

const keyOf = (group: BecauseGroup | undefined): string =>
  `${group?.step.asset} ${group?.step.node}`;

const ON_THE_WAY =
  "relative pb-4 pl-5 before:absolute before:top-3 before:bottom-[-4px] before:left-[4px] before:w-[3px] before:border-current before:border-x last:pb-0 last:before:hidden";

/** Many in a row that say what the one above says. */
function Alike({ groups }: { readonly groups: readonly BecauseGroup[] }) {
  return (
    <li className={ON_THE_WAY}>
      <span
        aria-hidden="true"
        className="absolute top-[5px] left-[1px] size-[9px] rounded-full border-2 border-current bg-surface"
      />
      <details>
        <summary className="w-fit cursor-pointer text-ink2 hover:text-ink">
          {countOf(groups.length, { one: "more asset", many: "more assets" })}, the same
        </summary>
        <ol className="mt-1 list-none space-y-1 text-ink">
          {groups.map(({ step, name, fullName, column }) => (
            <li key={`${step.asset} ${step.node}`} className="flex min-w-0 items-baseline gap-2">
              <EndKept text={name} name={fullName} tail={10} />
              {column === undefined || column === name ? null : (
                <code className="min-w-0 truncate font-mono text-ink2 text-small">{column}</code>
              )}
            </li>
          ))}
        </ol>
      </details>
    </li>
  );
}

function Entry({ group, first }: { readonly group: BecauseGroup; readonly first: boolean }) {
  const { name, fullName, column, step, uses, place, inside, expression } = group;
  const skipped = step.skipped ?? inside.find((one) => one.skipped !== undefined)?.skipped;
  const full = column === undefined ? fullName : `${fullName}.${column}`;
  return (
    <li className={ON_THE_WAY}>
      <span
        aria-hidden="true"
        className={`absolute top-[5px] left-[1px] size-[9px] rounded-full ${first ? "bg-ink" : "bg-current"}`}
      />
      {skipped === undefined ? null : (
        <p className="mb-1 text-ink2 text-small">
          after {countOf(skipped, { one: "step", many: "steps" })} that are not listed
        </p>
      )}
      <div className="flex items-start justify-between gap-2 text-ink">
        <span className="min-w-0" title={full}>
          <EndKept text={name} tail={10} className="font-semibold" />
          {column === undefined || column === name ? null : (
            <code className="block truncate font-mono text-ink2 text-small">{column}</code>
          )}
        </span>
        <span
          className="mt-0.5 flex-none rounded-tag bg-sunken px-1.5 text-ink2 text-tiny leading-5"
          title={`Rule ${step.rule}`}
        >
          {sayEffect(step)}
        </span>
      </div>
      {group.sentences.map((sentence) => (
        <p key={sentence} className="text-pretty break-words text-ink2">
          {sentence}
        </p>
      ))}
      {expression === undefined || first ? null : (
        <code className="mt-1 block whitespace-pre-wrap break-words rounded-tag bg-sunken px-2 py-1 font-mono text-ink2 text-tiny">
          {expression}
        </code>
      )}
      <Source uses={first ? [] : uses} place={place} rule={step.rule} />
      {first ? null : <InItsQuery asset={step.asset} use={group.use} />}
      {inside.length === 0 ? null : <Inside steps={inside} />}
    </li>
  );
}

function Source({
  uses,
  place,
  rule,
}: {
  readonly uses: readonly string[];
  readonly place: string | undefined;
  readonly rule: string;
}) {
  if (uses.length === 0 && place === undefined) return null;
  return (
    <div className="mt-1 flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1 text-ink2 text-tiny">
      {uses.map((use) => (
        <span
          key={use}
          className="flex-none rounded-tag border border-line2 px-1.5 leading-4"
          title={`Rule ${rule}`}
        >
          {use}
        </span>
      ))}
      {place === undefined ? null : <EndKept text={place} tail={16} className="font-mono" />}
    </div>
  );
}

function Inside({ steps }: { readonly steps: readonly BecauseStep[] }) {
  return (
    <details className="mt-1 text-ink2">
      <summary className="w-fit cursor-pointer text-small hover:text-ink">
        {countOf(steps.length, { one: "step", many: "steps" })} inside
      </summary>
      <ol className="mt-1 list-none space-y-1.5 border-line2 border-l pl-2.5 text-small">
        {steps.map((step) => (
          <li key={`${step.node} ${step.inside ?? ""} ${step.rule} ${step.effect}`}>
            <span className="flex items-baseline justify-between gap-2">
              <code className="min-w-0 truncate font-mono text-ink" title={sayNode(step)}>
                {step.inside ?? step.column ?? "the result"}
              </code>
              <span className="flex-none text-tiny" title={`Rule ${step.rule}`}>
                {sayEffect(step)}
              </span>
            </span>
            <span className="block text-pretty break-words">{step.text}</span>
            <span className="block truncate font-mono text-tiny">
              {[
                step.use === undefined ? undefined : USE_WORDS[step.use],
                step.rule,
                sayProvenance(step),
              ]
                .filter((part) => part !== undefined)
                .join(" · ")}
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}
