import type { ChangeInput } from "#lib/impact/change.ts";
import { blastHref } from "./view-url.ts";

/** Another question that may have been meant, with its address. */
export interface Suggestion {
  readonly name: string;
  readonly href: string;
}

export interface Misnamed {
  readonly code: string;
  readonly message: string;
  readonly candidates?: readonly string[];
}

const nameOf = (change: ChangeInput): string =>
  typeof change.asset === "string" ? change.asset : change.asset.name;

/** Which of several changes the problem speaks of: the one it names. */
function findMisnamed(problem: Misnamed, changes: readonly ChangeInput[]): number {
  const named = changes.findIndex((change) => {
    const column = change.column ?? undefined;
    const wanted =
      problem.code === "unknown-column" && column !== undefined
        ? JSON.stringify(column)
        : nameOf(change);
    return problem.message.includes(wanted);
  });
  return Math.max(0, named);
}

/** The asset's name that a problem speaks of, to look for something like it. */
export function misnamed(problem: Misnamed, changes: readonly ChangeInput[]): string {
  const change = changes[findMisnamed(problem, changes)];
  return change === undefined ? "" : nameOf(change);
}

/** Where a name fits several assets, a candidate is namespace and name with a space between. */
function assetOf(candidate: string, code: string): ChangeInput["asset"] {
  const cut = code === "ambiguous-name" ? candidate.indexOf(" ") : -1;
  return cut < 0
    ? candidate
    : { namespace: candidate.slice(0, cut), name: candidate.slice(cut + 1) };
}

function withCandidate(change: ChangeInput, problem: Misnamed, candidate: string): ChangeInput {
  if (problem.code === "unknown-column") return { ...change, column: candidate };
  return { ...change, asset: assetOf(candidate, problem.code) };
}

/** The questions that were perhaps meant where a name in a change is unknown or fits several assets. */
export function suggestChanges(
  problem: Misnamed,
  changes: readonly ChangeInput[],
): readonly Suggestion[] {
  const at = findMisnamed(problem, changes);
  const change = changes[at];
  const isName =
    problem.code === "unknown-column" ||
    problem.code === "unknown-asset" ||
    problem.code === "ambiguous-name";
  if (change === undefined || !isName) return [];
  return (problem.candidates ?? []).map((candidate) => {
    const meant = withCandidate(change, problem, candidate);
    const name = problem.code === "unknown-column" ? `${nameOf(change)}.${candidate}` : candidate;
    return { name, href: blastHref(changes.map((other, index) => (index === at ? meant : other))) };
  });
}
