import { existsSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { Finding } from "#lib/review/finding.ts";
import type { CheckAnswer } from "#lib/usecases/gate/run-check.ts";
import type { CliIo } from "./cli-io.ts";

interface Placing {
  readonly io: Pick<CliIo, "cwd" | "env">;
  /** As the command line names them. */
  readonly base: string;
  readonly head: string;
}

/**
 * The answer with every file as the repository calls it: code forges look for findings there, while the check may run in
 * a folder of it, and dbt names files below its project. What is only in the base is sought in the head. A file that is
 * in no repository keeps its name.
 */
export function placeInRepository(answer: CheckAnswer, placing: Placing): CheckAnswer {
  const known = new Map<string, string>();
  const place = (file: string): string => {
    const found = known.get(file) ?? findPlace(file, placing);
    known.set(file, found);
    return found;
  };
  const placed = <T extends { readonly file?: string | undefined }>(one: T): T =>
    one.file === undefined ? one : { ...one, file: place(one.file) };
  return {
    ...answer,
    changes: answer.changes.map(placed),
    findings: answer.findings.map((finding): Finding => {
      const { waiver, because } = finding;
      return {
        ...finding,
        change: placed(finding.change),
        because: because.map((step) =>
          step.provenance === undefined ? step : { ...step, provenance: placed(step.provenance) },
        ),
        ...(waiver?.place === undefined
          ? {}
          : { waiver: { ...waiver, place: placed(waiver.place) } }),
      };
    }),
  };
}

function findPlace(file: string, { io, base, head }: Placing): string {
  const { cwd } = io;
  const below = (folder: string): string => resolve(cwd, folder, file);
  const places = [
    ...twinIn(file, { cwd, base, head }),
    below("."),
    below(head),
    below(dirname(head)),
  ];
  const path = places.find((one) => existsSync(one));
  if (path === undefined) return file;
  const root = repositoryOf(path, io);
  const inside = root === undefined ? undefined : relative(root, path).split(sep);
  return inside === undefined || inside[0] === ".." ? file : inside.join("/");
}

/** The file of the same name in the head, where one is of the base. */
function twinIn(
  file: string,
  { cwd, base, head }: { readonly cwd: string; readonly base: string; readonly head: string },
): readonly string[] {
  const rest = relative(resolve(cwd, base), resolve(cwd, file));
  return rest === "" || rest.split(sep)[0] === ".." ? [] : [resolve(cwd, head, rest)];
}

/** The folder that holds `.git`, else the one that the runner of a code forge says it checked out into. */
function repositoryOf(path: string, { env }: Pick<CliIo, "env">): string | undefined {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return folder;
    if (folder === dirname(folder)) break;
  }
  return env["GITHUB_WORKSPACE"] || env["CI_PROJECT_DIR"] || undefined;
}
