/** Something that could not be read, resolved or understood: with a place and a next step, never an exception. */
export interface Problem {
  /** Stable, for people who script against it. */
  readonly code: ProblemCode;
  readonly message: string;
  /** What to do about it, one sentence. */
  readonly next?: string;
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  readonly column?: number;
  /** `error`: something was left out; `warning`: kept, but coarser than it could be; `info`: skipped on purpose. */
  readonly severity: "error" | "warning" | "info";
}

/** Every code that a problem can have; HTTP status and exit code derive from the same table. */
export const PROBLEM_CODES = {
  "bad-json": "the file is not valid JSON",
  "bad-yaml": "the file is not valid YAML",
  "bad-csv": "the file is not valid CSV",
  "bad-xml": "the file is not valid XML",
  "bad-archive": "the archive could not be read, or one of its paths climbs out",
  "too-large": "over a limit on size or time",
  "wrong-version": "the format's version is not one that is read here",
  "wrong-shape": "a part has not the shape that the format says",
  "unknown-use": "an edge has a use that is not known",
  "unknown-kind": "an asset or a change has a kind that is not known",
  "unknown-asset": "no asset has this name",
  "unknown-column": "the asset has no such column",
  "ambiguous-name": "several assets answer to this name",
  "unresolved-name": "a query or an edge reads a name that no asset answers to",
  "duplicate-asset": "two entries claim the same asset",
  "case-clash": "two columns differ in letter case only",
  "self-loop": "an edge from a column to itself",
  cycle: "assets read each other in a circle",
  "sql-not-parsed": "the SQL could not be parsed",
  "sql-not-understood": "the SQL was parsed, and a part of it is not understood",
  "reads-not-known": "the SQL calls a function that may read tables which the SQL does not name",
  "sql-limit": "the SQL is over a limit on size, depth or time",
  "no-sql": "the artefact has no compiled SQL for this asset",
  "no-catalog": "no catalog: column names and types were inferred",
  "not-recognised": "the file is nothing that is read here",
  "unreadable-file": "the file could not be read",
  "unreachable-source": "a live source did not give what it knows",
  "guessed-tier": "the tier was guessed",
  "other-domain": "the asset is in another domain than the one that the token writes for",
} as const;

export type ProblemCode = keyof typeof PROBLEM_CODES;
