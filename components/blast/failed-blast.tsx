import Link from "next/link";
import type { BlastProblem } from "./blast-outcome.ts";

/** What went wrong, and what to do next. Names that may have been meant are a click away. */
export function FailedBlast({ problem }: { readonly problem: BlastProblem }) {
  return (
    <section
      role="alert"
      aria-labelledby="failed"
      className="mx-auto w-full max-w-[46rem] flex-1 overflow-auto px-6 pt-16 pb-8"
    >
      <h1 id="failed" className="break-words font-semibold text-answer tracking-[-0.018em]">
        {problem.message}
      </h1>
      {problem.next === undefined ? null : (
        <p className="mt-2 text-ink2 text-section">{problem.next}</p>
      )}
      {problem.candidates.length > 0 ? (
        <>
          <h2 className="mt-6 mb-2 font-semibold text-section">Was one of these meant?</h2>
          <ul className="list-none divide-y divide-line rounded-card border border-line bg-surface">
            {problem.candidates.map((candidate) => (
              <li key={candidate.name}>
                <Link
                  href={candidate.href}
                  className="block break-all px-4 py-2 font-mono text-small hover:bg-canvas"
                >
                  {candidate.name}
                </Link>
              </li>
            ))}
          </ul>
        </>
      ) : null}
      <p className="mt-6 font-mono text-ink3 text-tiny">{problem.code}</p>
    </section>
  );
}
