import { matchesGlob } from "#lib/kit/match-glob.ts";
import type { SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";

/** A line of a CODEOWNERS file. No owners: the path is explicitly nobody's. */
export interface OwnerRule {
  readonly pattern: string;
  /** `@org/team`, `@user` or an e-mail address, as written. */
  readonly owners: readonly string[];
  /** 1-based. */
  readonly line: number;
}

/** GitHub's and GitLab's form: a pattern and its owners on each line; the last line that matches decides. */
export function parseCodeowners(file: SourceFile): {
  readonly rules: readonly OwnerRule[];
  readonly problems: readonly Problem[];
} {
  const rules: OwnerRule[] = [];
  const problems: Problem[] = [];
  let sectionOwners: readonly string[] = [];
  file.text.split(/\r?\n/).forEach((raw, index) => {
    const line = index + 1;
    const words = wordsOf(raw);
    const first = words[0];
    if (first === undefined) return;
    if (/^\^?\[/.test(first)) {
      // GitLab: `[Section] @default-owner` gives owners to the lines below that name none.
      sectionOwners = raw
        .slice(raw.lastIndexOf("]") + 1)
        .split(/\s+/)
        .filter(isOwner);
      return;
    }
    if (first.startsWith("!")) {
      problems.push({
        code: "wrong-shape",
        message: `${first}: a pattern cannot be negated in CODEOWNERS`,
        file: file.path,
        line,
        severity: "warning",
      });
      return;
    }
    const owners = words.slice(1).filter(isOwner);
    rules.push({ pattern: first, owners: owners.length === 0 ? sectionOwners : owners, line });
  });
  return { rules, problems };
}

const isOwner = (word: string): boolean => word.includes("@");

/** Words up to a comment; a space in a path is written `\ `. */
function wordsOf(raw: string): readonly string[] {
  const words = raw.trim().match(/(?:\\.|[^\s\\])+/g) ?? [];
  const comment = words.findIndex((word) => word.startsWith("#"));
  return (comment < 0 ? words : words.slice(0, comment)).map((word) =>
    word.replace(/\\(.)/g, "$1"),
  );
}

/** The owners of a path inside the repository (`models/finance/orders.sql`), or none. */
export function ownersOf(path: string, rules: readonly OwnerRule[]): readonly string[] {
  const clean = path.replace(/^\.?\/+/, "");
  for (let index = rules.length - 1; index >= 0; index--) {
    const rule = rules[index];
    if (rule !== undefined && matchesPattern(rule.pattern, clean)) return rule.owners;
  }
  return [];
}

/** A line that decides about no file, and why. */
export interface IdleRule extends OwnerRule {
  readonly why: string;
}

/** The lines that decide about none of the files, as paths inside the repository. */
export function listIdleRules(
  rules: readonly OwnerRule[],
  paths: readonly string[],
): readonly IdleRule[] {
  const matched = new Set<OwnerRule>();
  const deciding = new Set<OwnerRule>();
  /** For a line that decides about nothing: one that takes a file from it. */
  const instead = new Map<OwnerRule, OwnerRule>();
  const tests = rules.map((rule) => ({ rule, literals: literalsOf(rule.pattern) }));
  for (const path of paths) {
    const clean = path.replace(/^\.?\/+/, "");
    const fitting = tests.flatMap(({ rule, literals }) =>
      literals.every((part) => clean.includes(part)) && matchesPattern(rule.pattern, clean)
        ? rule
        : [],
    );
    const last = fitting.at(-1);
    if (last === undefined) continue;
    deciding.add(last);
    for (const rule of fitting) {
      matched.add(rule);
      instead.set(rule, last);
    }
  }
  return rules.flatMap((rule) => {
    if (deciding.has(rule)) return [];
    const why = matched.has(rule)
      ? `later lines decide about all that it matches, line ${instead.get(rule)?.line} among them`
      : "it matches no file";
    return { ...rule, why };
  });
}

/** What any path that the pattern matches holds: saves most of the matching. */
const literalsOf = (pattern: string): readonly string[] =>
  pattern
    .replace(/^\/|\/$/g, "")
    .split(/[*?/]+/)
    .filter((part) => part !== "");

/** As in gitignore: a pattern with a slash inside is anchored to the root; a folder stands for all that is in it. */
function matchesPattern(pattern: string, path: string): boolean {
  const bare = pattern.replace(/^\//, "").replace(/\/$/, "");
  const isAnchored = pattern.startsWith("/") || bare.includes("/");
  const isFolder = pattern.endsWith("/");
  const last = bare.split("/").at(-1) ?? bare;
  // GitHub: `docs/*` is what lies in the folder and not below; a plain name is the file or the whole folder.
  const bodies = [
    ...(isFolder ? [] : [bare]),
    ...(last === "*" && isAnchored && !isFolder ? [] : [`${bare}/**`]),
  ];
  const all = bodies
    .flatMap((body) => (body.startsWith("**/") ? [body, body.slice(3)] : [body]))
    .flatMap(collapseDeep);
  return all.some(
    (body) => matchesGlob(body, path, "/") || (!isAnchored && matchesGlob(`**/${body}`, path, "/")),
  );
}

// A doubled star between slashes also stands for no folder at all.
const collapseDeep = (body: string): readonly string[] =>
  body.includes("/**/") ? [body, body.replaceAll("/**/", "/")] : [body];
