import type { Problem } from "#lib/model/problem.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import type { CliIo } from "./cli-io.ts";
import { exitCodeOf } from "./exit-codes.ts";

const SHOWN_CANDIDATES = 10;

/** Says on stderr what went wrong and what to do next, and gives the exit code for it. */
export function reportFailure(io: CliIo, failure: Failure): number {
  io.err(`faultline: ${failure.message} [${failure.code}]\n`);
  const candidates = failure.candidates ?? [];
  if (candidates.length > 0) {
    io.err(candidates.length === 1 ? "  did you mean:\n" : "  did you mean one of:\n");
    for (const name of candidates.slice(0, SHOWN_CANDIDATES)) io.err(`    ${name}\n`);
    const more = candidates.length - SHOWN_CANDIDATES;
    if (more > 0) io.err(`    and ${more} more\n`);
  }
  if (failure.problems) reportProblems(io, failure.problems);
  if (failure.next !== undefined) io.err(`  next: ${failure.next}\n`);
  return exitCodeOf(failure);
}

const SHOWN_PROBLEMS = 40;
const SEVERITY_ORDER = { error: 0, warning: 1, info: 2 } as const;

/** Problems as `file:line:column: severity: message [code]`, which editors and CI logs link. Errors first. */
export function reportProblems(io: CliIo, problems: readonly Problem[]): void {
  const sorted = problems
    .map((problem, position) => ({ problem, position }))
    .sort(
      (a, b) =>
        SEVERITY_ORDER[a.problem.severity] - SEVERITY_ORDER[b.problem.severity] ||
        a.position - b.position,
    );
  for (const { problem } of sorted.slice(0, SHOWN_PROBLEMS)) io.err(`${renderProblem(problem)}\n`);
  const more = sorted.length - SHOWN_PROBLEMS;
  if (more > 0) io.err(`and ${more} more problems; --format json lists them all\n`);
}

export function renderProblem(problem: Problem): string {
  const place = [
    problem.file,
    problem.line,
    problem.line === undefined ? undefined : problem.column,
  ]
    .filter((part) => part !== undefined)
    .join(":");
  const next = problem.next === undefined ? "" : ` (${problem.next})`;
  return `${place === "" ? "" : `${place}: `}${problem.severity}: ${problem.message}${next} [${problem.code}]`;
}
