import type { Problem } from "#lib/model/problem.ts";

/** Those that cost something: what was only skipped on purpose is listed, and is no problem. */
export const problemsOf = ({
  problems,
}: {
  readonly problems: readonly Problem[];
}): readonly Problem[] => problems.filter(({ severity }) => severity !== "info");
