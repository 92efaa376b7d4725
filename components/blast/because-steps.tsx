import type { BecauseStep, Verdict } from "#lib/impact/assessment.ts";
import { sayEffect, sayNode, sayProvenance } from "#lib/view/because-words.ts";
import { USE_WORDS } from "#lib/view/verdict-words.ts";
import { EndKept } from "../ui/end-kept.tsx";
import { VERDICT_TEXT } from "../verdict/verdict-mark.tsx";

/** The proof: node, what is wrong there, why, how it is used, the rule, and the file and line that say so. */
export function BecauseSteps({
  steps,
  verdict,
}: {
  readonly steps: readonly BecauseStep[];
  readonly verdict: Verdict;
}) {
  return (
    <ol className={`mt-2 mb-3 list-none ${VERDICT_TEXT[verdict]}`}>
      {steps.map((step, at) => (
        <Step
          key={`${step.node} ${step.rule} ${step.inside ?? ""} ${step.effect}`}
          step={step}
          first={at === 0}
        />
      ))}
    </ol>
  );
}

function Step({ step, first }: { readonly step: BecauseStep; readonly first: boolean }) {
  const place = sayProvenance(step);
  const name = sayNode(step);
  return (
    <li className="relative pb-3.5 pl-5 before:absolute before:top-3 before:bottom-[-4px] before:left-[4px] before:w-[3px] before:border-current before:border-x last:pb-0 last:before:hidden">
      <span
        aria-hidden="true"
        className={`absolute top-[5px] left-[1px] size-[9px] rounded-full ${first ? "bg-ink" : "bg-current"}`}
      />
      <div className="flex items-center justify-between gap-2 text-ink">
        <EndKept text={name} tail={14} className="font-mono font-semibold text-small" />
        <span
          className="flex-none rounded-tag bg-sunken px-1.5 py-0.5 text-ink2 text-tiny leading-4"
          title={`Rule ${step.rule}`}
        >
          {sayEffect(step)}
        </span>
      </div>
      <p className="text-pretty break-words text-ink2">{step.text}</p>
      <div className="mt-0.5 flex min-w-0 items-center gap-2 text-ink2 text-tiny">
        {step.use === undefined ? null : (
          <span
            className="flex-none rounded-tag border border-line2 px-1.5 leading-4"
            title={`Rule ${step.rule}`}
          >
            {USE_WORDS[step.use]}
          </span>
        )}
        {step.inside === undefined ? null : (
          <span className="truncate" title={step.inside}>
            in {step.inside}
          </span>
        )}
        {place === undefined ? null : (
          <EndKept text={place} tail={16} className="ml-auto font-mono" />
        )}
      </div>
      {step.expression === undefined || step.expression === "" || first ? null : (
        <code className="mt-1 block whitespace-pre-wrap break-words rounded-tag bg-sunken px-2 py-1 font-mono text-ink2 text-tiny">
          {step.expression}
        </code>
      )}
    </li>
  );
}
