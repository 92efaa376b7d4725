import type { Problem } from "#lib/model/problem.ts";

const WORDS: Readonly<Record<Problem["severity"], string>> = {
  error: "left out",
  warning: "coarser",
  info: "skipped",
};

const ORDER: readonly Problem["severity"][] = ["error", "warning", "info"];

const placeOf = (problem: Problem): string =>
  [problem.file, problem.line].filter((part) => part !== undefined).join(":");

/** Problems with their place and the next step, the gravest first. */
export function ProblemList({ problems }: { readonly problems: readonly Problem[] }) {
  const sorted = ORDER.flatMap((severity) =>
    problems.filter((problem) => problem.severity === severity),
  );
  return (
    <ul className="list-none divide-y divide-line">
      {sorted.map((problem, index) => (
        <li key={index} className="flex gap-3 px-4 py-2">
          <span
            className={`w-14 flex-none text-small ${problem.severity === "error" ? "font-semibold" : "text-ink2"}`}
          >
            {WORDS[problem.severity]}
          </span>
          <span className="min-w-0 flex-1">
            <span className="break-words">{problem.message}</span>
            {problem.next === undefined ? null : (
              <span className="block text-ink2">{problem.next}</span>
            )}
            <span className="block break-all font-mono text-ink3 text-tiny">
              {[placeOf(problem), problem.code].filter((part) => part !== "").join(" · ")}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
