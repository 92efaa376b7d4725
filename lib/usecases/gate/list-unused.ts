import { type Dirent, existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { mergeClaims } from "#lib/graph/merge-claims.ts";
import { listIdleRules, parseCodeowners } from "#lib/ingest/owners/codeowners.ts";
import { readPragmas } from "#lib/ingest/pragmas/read-pragmas.ts";
import { ownerIn } from "#lib/ingest/pragmas/say-owners.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Tier } from "#lib/model/asset.ts";
import type { Pragma } from "#lib/model/pragma.ts";
import { type GatePolicy, unknownDomains } from "#lib/review/gate-policy.ts";
import { waiversInCode } from "#lib/review/pragma-waiver.ts";
import type { Waiver } from "#lib/review/waiver.ts";
import { type KnownTarget, whyIdle } from "#lib/review/why-idle.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { findConfig } from "../config/find-config.ts";
import { readConfig } from "../config/read-config.ts";
import { type Failure, failureOfStore } from "../failure.ts";
import { listGateRuns } from "../reviews/gate-runs.ts";
import { readTextFile } from "../sources/read-text-file.ts";

export interface UnusedCall {
  /** The folder of the repository. */
  readonly root: string;
  readonly waivers: readonly Waiver[];
  /** Whose rules for domains are looked up. */
  readonly policy?: GatePolicy;
  /** A CODEOWNERS file; absent: that of faultline.yaml, or of the usual places. */
  readonly codeowners?: string;
  /** Absent: nobody can say whether a name is still known. */
  readonly store?: LineageStore;
  /** ISO 8601. */
  readonly now: string;
}

/** A line that people wrote once and that changes nothing any more. */
export interface UnusedLine {
  readonly kind: "codeowners" | "waiver" | "pragma" | "policy";
  readonly file?: string;
  readonly line?: number;
  /** As it is written, in short. */
  readonly text: string;
  /** One sentence without a full stop. */
  readonly why: string;
}

/** What `policy unused --format json` prints. */
export interface UnusedAnswer {
  readonly unused: readonly UnusedLine[];
  /** What was looked at. */
  readonly lookedAt: {
    readonly files: number;
    readonly codeowners: number;
    readonly waivers: number;
    readonly pragmas: number;
    /** Of the store; absent: without one. */
    readonly assets?: number;
  };
  /** There are more files than are looked at: a line may match one of those. */
  readonly isPartial: boolean;
}

/** Lines of CODEOWNERS, waivers and pragmas of a repository that no longer do anything. */
export async function listUnused(call: UnusedCall): Promise<Result<UnusedAnswer, Failure>> {
  const { root, waivers, store, now } = call;
  const known = store === undefined ? ok(undefined) : await readKnown(store);
  if (!known.ok) return known;
  const { files, isPartial } = await listPaths(root);
  const owners = await readOwnerLines(call, files);
  if (!owners.ok) return owners;
  const pragmas = await readAllPragmas(root, files);
  const inCode = waiversInCode(pragmas, now);
  const idleWaivers = [...waivers, ...inCode.waivers].flatMap((waiver) =>
    idleWaiver(waiver, { today: now, known: known.value }),
  );
  return ok({
    unused: [
      ...owners.value.unused,
      ...idleWaivers,
      ...inCode.refused.map(({ why, ...place }) => ({
        kind: "pragma" as const,
        ...place,
        text: "faultline:",
        why,
      })),
      ...pragmas.flatMap((pragma) => idleOwner(pragma, known.value)),
      ...idleDomains(call.policy, known.value),
    ],
    lookedAt: {
      files: files.length,
      codeowners: owners.value.lines,
      waivers: waivers.length,
      pragmas: pragmas.length,
      ...(known.value === undefined ? {} : { assets: known.value.assets.length }),
    },
    isPartial,
  });
}

interface Known {
  readonly assets: readonly KnownTarget[];
  /** Files that say something, as their sources call them. */
  readonly files: ReadonlySet<string>;
  readonly domains: ReadonlySet<string>;
  /** Of findings in runs that are kept; empty: no run is. */
  readonly fingerprints: ReadonlySet<string>;
}

async function readKnown(store: LineageStore): Promise<Result<Known, Failure>> {
  const claims = await store.claims();
  if (!claims.ok) return err(failureOfStore(claims.error));
  const runs = await listGateRuns(store);
  if (!runs.ok) return runs;
  const assets = [...mergeClaims(claims.value, 1).assets.values()];
  return ok({
    assets: assets.map(({ name, attributes: { tier } }) => ({
      name,
      ...(tier === undefined ? {} : { tier: tier as Tier }),
    })),
    domains: new Set(assets.flatMap(({ attributes }) => attributes.domain ?? [])),
    files: new Set(claims.value.flatMap(({ claim }) => claim.provenance.file ?? [])),
    fingerprints: new Set(
      runs.value.flatMap(({ findings }) => findings.map(({ fingerprint }) => fingerprint)),
    ),
  });
}

function idleWaiver(
  waiver: Waiver,
  { today, known }: { readonly today: string; readonly known: Known | undefined },
): readonly UnusedLine[] {
  const why = whyIdle(waiver, { today, ...(known ? { known } : {}) });
  if (why === undefined) return [];
  const { fingerprint, selector, place } = waiver;
  const text = `${place === undefined ? "waiver of" : "ignore"} ${fingerprint ?? selector ?? ""}`;
  return [{ kind: place === undefined ? "waiver" : "pragma", ...place, text, why }];
}

function idleDomains(
  policy: GatePolicy | undefined,
  known: Known | undefined,
): readonly UnusedLine[] {
  if (policy === undefined || known === undefined) return [];
  return unknownDomains(policy, known.domains).map((domain) => ({
    kind: "policy",
    text: `rules for the domain ${domain}`,
    why: "nothing that the store knows is of that domain",
  }));
}

/** An owner in a file of which nothing is known. */
function idleOwner(pragma: Pragma, known: Known | undefined): readonly UnusedLine[] {
  const owner = ownerIn(pragma);
  if (owner === undefined || known === undefined) return [];
  const { file, line } = pragma;
  const says = (other: string): boolean =>
    other === file || other.endsWith(`/${file}`) || file.endsWith(`/${other}`);
  if ([...known.files].some(says)) return [];
  const place = { file, ...(line === undefined ? {} : { line }) };
  const why = "nothing that the store knows is made in this file";
  return [{ kind: "pragma", ...place, text: `owner ${owner}`, why }];
}

const USUAL_PLACES = [
  "CODEOWNERS",
  ".github/CODEOWNERS",
  ".gitlab/CODEOWNERS",
  "docs/CODEOWNERS",
] as const;

async function readOwnerLines(
  { root, codeowners }: UnusedCall,
  files: readonly string[],
): Promise<Result<{ readonly unused: readonly UnusedLine[]; readonly lines: number }, Failure>> {
  const path = codeowners ?? (await findCodeowners(root));
  if (path === undefined) return ok({ unused: [], lines: 0 });
  const text = await readTextFile(path, path);
  if (!text.ok) return text;
  const file = relative(root, path).split(sep).join("/");
  const { rules } = parseCodeowners({ path: file, text: text.value });
  const unused = listIdleRules(rules, files).map(
    ({ pattern, owners, line, why }): UnusedLine => ({
      kind: "codeowners",
      file,
      line,
      text: [pattern, ...owners].join(" "),
      why,
    }),
  );
  return ok({ unused, lines: rules.length });
}

async function findCodeowners(root: string): Promise<string | undefined> {
  const configured = findConfig(root);
  if (configured !== undefined) {
    const config = await readConfig(configured);
    const said = config.ok ? config.value.codeowners : undefined;
    if (said !== undefined) return join(dirname(configured), said);
  }
  return USUAL_PLACES.map((place) => join(root, place)).find((path) => existsSync(path));
}

async function readAllPragmas(root: string, files: readonly string[]): Promise<readonly Pragma[]> {
  const found: Pragma[] = [];
  for (const path of files) {
    if (!/\.(?:sql|ddl)$/i.test(path) || COPIED.test(path)) continue;
    const text = await readTextFile(join(root, path), path);
    // A file that cannot be read holds no line that could be told.
    if (text.ok) found.push(...readPragmas({ path, text: text.value }));
  }
  return found;
}

/** What dbt compiled: the same lines again. */
const COPIED = /(?:^|\/)(?:target|build)\/(?:compiled|run)\//;

const MOST_FILES = 100_000;
const SKIPPED: ReadonlySet<string> = new Set([".git", "node_modules", "dbt_packages", "venv"]);

/** All files below a folder, in no order, without following links. */
async function listPaths(
  root: string,
): Promise<{ readonly files: readonly string[]; readonly isPartial: boolean }> {
  const files: string[] = [];
  const open = [root];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    let entries: Dirent[];
    try {
      entries = await readdir(folder, { withFileTypes: true });
    } catch {
      // What cannot be listed may hold what a line matches.
      return { files, isPartial: true };
    }
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!SKIPPED.has(entry.name)) open.push(path);
      } else if (files.length >= MOST_FILES) return { files, isPartial: true };
      else files.push(relative(root, path).split(sep).join("/"));
    }
  }
  return { files, isPartial: false };
}
