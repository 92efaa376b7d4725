import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { isDate } from "#lib/review/review-days.ts";
import { readFiles } from "#lib/usecases/sources/read-files.ts";
import type { Failure } from "../failure.ts";
import type { SideFiles } from "./check-state.ts";

/** Where artefacts of earlier days lie: commits of a repository, or folders whose names begin with a date. */
export type HistoryPlace =
  | { readonly kind: "repository"; readonly folder: string; readonly path: string }
  | { readonly kind: "folder"; readonly folder: string };

/** One moment of the history. */
export interface PastState {
  /** The commit, or the name of the folder. */
  readonly id: string;
  /** ISO 8601: of the commit, or of the name; the day's beginning where that says no hour. */
  readonly at: string;
  readonly read: () => Promise<Result<SideFiles, string>>;
}

export interface PastStates {
  /** Oldest first. */
  readonly states: readonly PastState[];
  /** There are older ones, which the bound leaves out. */
  readonly more: boolean;
  /** Entries of the folder that have no date in front. */
  readonly undated: readonly string[];
}

interface HistoryBounds {
  /** Date or time: nothing older. */
  readonly since?: string;
  /** The newest so many. */
  readonly most: number;
}

/** The newest states of a history. Of a repository: the main line's commits in which the path changed. */
export function listPastStates(
  place: HistoryPlace,
  bounds: HistoryBounds,
): Promise<Result<PastStates, Failure>> {
  return place.kind === "folder" ? listFolders(place.folder, bounds) : listCommits(place, bounds);
}

async function listFolders(
  folder: string,
  { since, most }: HistoryBounds,
): Promise<Result<PastStates, Failure>> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return usage(`${folder} is no folder that can be read`);
  const names = entries.filter((entry) => !entry.name.startsWith(".")).map(({ name }) => name);
  const dated = names
    .flatMap((id) => {
      const at = timeIn(id);
      return at === undefined ? [] : [{ id, at }];
    })
    .filter(({ at }) => since === undefined || hoursOf(at) >= hoursOf(since))
    .sort((a, b) => hoursOf(a.at) - hoursOf(b.at) || (a.id < b.id ? -1 : 1));
  const states = dated.slice(-most).map(({ id, at }) => ({
    id,
    at,
    read: async () => ok(await readAt(join(folder, id), { label: id, cwd: folder })),
  }));
  const undated = names.filter((name) => timeIn(name) === undefined);
  return ok({ states, more: dated.length > most, undated });
}

const hoursOf = (time: string): number => hoursSinceEpoch(time) ?? Number.NaN;

/** Of `2026-03-01`, `2026-03-01T1730-nightly`; undefined where no date stands in front. */
function timeIn(name: string): string | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T_ ]([01]\d|2[0-3])[:.-]?([0-5]\d))?/.exec(name);
  const [, day = "", hour = "00", minute = "00"] = match ?? [];
  return isDate(day) ? `${day}T${hour}:${minute}:00Z` : undefined;
}

async function readAt(
  path: string,
  { label, cwd }: { readonly label: string; readonly cwd: string },
): Promise<SideFiles> {
  const { files, problems } = await readFiles([path], { cwd });
  return { label, files, problems };
}

async function listCommits(
  { folder, path }: { readonly folder: string; readonly path: string },
  { since, most }: HistoryBounds,
): Promise<Result<PastStates, Failure>> {
  const listed = await runGit(folder, [
    "log",
    "--first-parent",
    "--no-show-signature",
    "--format=%H %cI",
    `--max-count=${most + 1}`,
    ...(since === undefined ? [] : [`--since=${since}`]),
    "--",
    path,
  ]);
  if (!listed.ok) return usage(`the history of ${folder} cannot be read: ${listed.error}`);
  const commits = listed.value.split("\n").flatMap((line) => {
    const [hash, at] = line.split(" ");
    return hash && at ? [{ hash, at }] : [];
  });
  const states = commits
    .slice(0, most)
    .reverse()
    .map(({ hash, at }) => ({
      id: hash.slice(0, 12),
      at,
      read: () => readCommit({ folder, path, hash }),
    }));
  return ok({ states, more: commits.length > most, undated: [] });
}

/** The path as it was in a commit, through a temporary folder that is gone afterwards. */
async function readCommit({
  folder,
  path,
  hash,
}: {
  readonly folder: string;
  readonly path: string;
  readonly hash: string;
}): Promise<Result<SideFiles, string>> {
  const place = await mkdtemp(join(tmpdir(), "faultline-backtest-"));
  const label = hash.slice(0, 12);
  try {
    const archive = join(place, label);
    const packed = await runGit(folder, [
      "archive",
      "--format=tar",
      `--output=${archive}`,
      hash,
      path,
    ]);
    return packed.ok ? ok(await readAt(archive, { label, cwd: place })) : packed;
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** What git prints, or what it says went wrong. A hook's own repository is not the one that is meant. */
function runGit(folder: string, args: readonly string[]): Promise<Result<string, string>> {
  const { GIT_DIR: _d, GIT_WORK_TREE: _w, GIT_INDEX_FILE: _i, ...env } = process.env;
  const options = { env: { ...env, LC_ALL: "C" }, maxBuffer: 16_000_000 };
  return new Promise((done) => {
    execFile(
      "git",
      ["-C", folder, "--literal-pathspecs", ...args],
      options,
      (error, stdout, stderr) => {
        done(error ? err(stderr.trim().split("\n")[0] || error.message) : ok(stdout));
      },
    );
  });
}

const usage = (message: string): Result<never, Failure> => err({ code: "bad-usage", message });
