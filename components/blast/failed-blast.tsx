import { saySentence } from "#lib/view/say-sentence.ts";
import { CandidateList } from "../page/candidate-list.tsx";
import { FirstSteps } from "../page/first-steps.tsx";
import type { BlastProblem } from "./blast-outcome.ts";

/** What went wrong, and what to do next. Names that may have been meant are a click away. */
export function FailedBlast({ problem }: { readonly problem: BlastProblem }) {
  return (
    <section
      role="alert"
      aria-labelledby="failed"
      className="mx-auto w-full max-w-[46rem] flex-1 overflow-auto px-6 pt-16 pb-8 slim:px-3 slim:pt-8"
    >
      <h1 id="failed" className="break-words font-semibold text-answer tracking-[-0.018em]">
        {saySentence(problem.message)}
      </h1>
      {problem.nothingRead ? null : (
        <p className="mt-2 text-ink2 text-section">
          {saySentence(
            problem.next ??
              "Search for it with ⌘K or Ctrl K: a part of the name is enough. Or see which names did not resolve under Sources.",
          )}
        </p>
      )}
      <CandidateList candidates={problem.candidates} />
      {problem.nothingRead ? <FirstSteps /> : null}
      <p className="mt-6 font-mono text-ink3 text-tiny">{problem.code}</p>
    </section>
  );
}
