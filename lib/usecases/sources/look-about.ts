import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { type FileKind, fileTraitsOf } from "#lib/model/source-kind.ts";
import type { FaultlineConfig } from "../config/faultline-config.ts";
import { readHead, recogniseOnDisk } from "./recognise-on-disk.ts";

/** A place that can be read, as `faultline init` proposes it. */
export interface FoundSource {
  /** Relative to where was looked, with slashes. */
  readonly path: string;
  readonly as: FileKind;
  /** For people: `dbt project in target/`. */
  readonly what: string;
}

export interface LookAboutAnswer {
  readonly sources: readonly FoundSource[];
  readonly codeowners?: string;
  /** Names of variables that hold a database's address; never what they hold. */
  readonly databaseVariables: readonly {
    readonly name: string;
    readonly where: string;
    readonly kind: string;
  }[];
  /** dbt projects without a manifest, and other things that one step away could be read. */
  readonly hints: readonly string[];
  /** True: there were more files than are looked at. */
  readonly isPartial: boolean;
  readonly config: FaultlineConfig;
}

export interface LookAboutOptions {
  readonly root: string;
  /** The environment, as names and values. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

const MAX_ENTRIES = 20_000;
const MAX_DEPTH = 8;
/** Of files that do not say at their start what they are, read to the end, all together. */
const WHOLE_BYTES = 1_000_000_000;
const SKIPPED = new Set([
  "node_modules",
  "dbt_packages",
  "dbt_modules",
  "__pycache__",
  "venv",
  "dist",
  "build",
  "compiled",
  "run",
  "vendor",
]);
const CANDIDATE =
  /\.(?:json|jsonl|ndjson|ya?ml|csv|tsv|sql|ddl|zip|tar)(?:\.gz)?$|\.tgz$|^MLmodel$/i;

const isCandidate = (path: string): boolean =>
  CANDIDATE.test(baseName(path)) && !/^faultline\.ya?ml$/.test(baseName(path));
const rankOf = (path: string): number => (/^manifest\.json(?:\.gz)?$/.test(baseName(path)) ? 0 : 1);

/**
 * Looks through a folder for what can be read, and writes a configuration for it. Only the heads of files are read, at
 * most twenty thousand entries, and no link is followed.
 */
export async function lookAbout({ root, env }: LookAboutOptions): Promise<LookAboutAnswer> {
  const { files, isPartial } = await listFiles(root);
  const found: Recognised[] = [];
  const whole = { bytes: WHOLE_BYTES };
  // A manifest is worth more than whatever else is large.
  const candidates = files.filter(isCandidate).sort((a, b) => rankOf(a) - rankOf(b));
  for (const path of candidates) {
    for (const kind of await recogniseOnDisk({ root, path }, whole)) found.push({ path, kind });
  }
  found.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const sources = proposeSources(found);
  const codeowners = files.find((path) =>
    /^(?:\.github\/|\.gitlab\/|docs\/)?CODEOWNERS$/.test(path),
  );
  const databaseVariables = [
    ...databaseNames(env, "environment"),
    ...(await envFileVariables(root, files)),
  ];
  return {
    sources,
    ...(codeowners === undefined ? {} : { codeowners }),
    databaseVariables: databaseVariables.filter(
      (one, index) => databaseVariables.findIndex((other) => other.name === one.name) === index,
    ),
    hints: hintsOf(files, sources),
    isPartial,
    config: {
      version: 1,
      sources: withDomains(sources),
      domains: {},
      rules: [],
      ...(codeowners === undefined ? {} : { codeowners }),
      store: "file:.faultline",
    },
  };
}

/** Of several dbt projects each is taken for a domain, by the name of its folder; one alone says nothing of domains. */
function withDomains(sources: readonly FoundSource[]): FaultlineConfig["sources"] {
  const projects = sources.filter(({ as }) => as === "dbt");
  return sources.map(({ path, as }) => {
    const folder = isArchive(path) ? "." : projectOf(path);
    const isDomain = as === "dbt" && projects.length > 1 && folder !== ".";
    return { path, as, ...(isDomain ? { domain: baseName(folder) } : {}) };
  });
}

interface Recognised {
  readonly path: string;
  readonly kind: FileKind;
}

async function listFiles(
  root: string,
): Promise<{ readonly files: readonly string[]; readonly isPartial: boolean }> {
  const files: string[] = [];
  const queue: { readonly folder: string; readonly depth: number }[] = [{ folder: root, depth: 0 }];
  let seen = 0;
  for (let next = queue.shift(); next !== undefined && seen < MAX_ENTRIES; next = queue.shift()) {
    const { folder, depth } = next;
    for (const entry of await entriesOf(folder)) {
      seen++;
      const path = join(folder, entry.name);
      if (entry.isDirectory() && depth < MAX_DEPTH && isWorthEntering(entry.name))
        queue.push({ folder: path, depth: depth + 1 });
      else if (entry.isFile()) files.push(relative(root, path).split(sep).join("/"));
    }
  }
  return { files: files.sort(), isPartial: seen >= MAX_ENTRIES };
}

const isWorthEntering = (name: string): boolean =>
  !SKIPPED.has(name) && (!name.startsWith(".") || name === ".github" || name === ".gitlab");

/** A folder that may not be read holds nothing for us. */
async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

/** What was recognised, gathered to the folders that people would name. */
export function proposeSources(found: readonly Recognised[]): readonly FoundSource[] {
  const archived = new Set(
    found.filter(({ path, kind }) => kind === "dbt" && isArchive(path)).map(({ path }) => path),
  );
  const dbtRoots = found
    .filter(({ path, kind }) => kind === "dbt" && /(?:^|\/)manifest\.json(?:\.gz)?$/.test(path))
    .map(({ path }) => folderOf(path));
  const places = new Map<string, FoundSource>();
  for (const { path, kind } of found) {
    if (kind === "dbt" && !isArchive(path) && !dbtRoots.includes(folderOf(path))) continue;
    // A project that was packed as a whole holds its models' SQL twice.
    if (kind === "sql" && archived.has(path)) continue;
    if (kind === "sql" && dbtRoots.some((folder) => isPartOfProject(path, folder))) continue;
    const place = fileTraitsOf(kind).byFolder ? folderFor(path, kind) : path;
    const key = `${kind} ${place}`;
    if (!places.has(key))
      places.set(key, { path: place, as: kind, what: `${fileTraitsOf(kind).words} in ${place}` });
  }
  const all = [...places.values()];
  return all.filter(
    (one) =>
      !all.some(
        (other) =>
          other !== one &&
          other.as === one.as &&
          isInside(one.path, other.path) &&
          one.as !== "dbt",
      ),
  );
}

function folderFor(path: string, kind: FileKind): string {
  if (isArchive(path)) return path;
  const folder = folderOf(path);
  const exported =
    kind === "superset"
      ? /^(.*?)\/?(?:dashboards|charts|datasets|databases)(?:\/|$)/.exec(folder)?.[1]
      : undefined;
  return exported === undefined ? folder : exported || ".";
}

const isArchive = (path: string): boolean => /\.(?:zip|tar|tgz|tar\.gz)$/i.test(path);
const folderOf = (path: string): string =>
  path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : ".";
const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
/** The folder of the dbt project that wrote a target folder. */
const projectOf = (target: string): string => (target.includes("/") ? folderOf(target) : ".");

/** Where dbt keeps the SQL that its manifest holds as well, compiled. Other SQL beside it is somebody's own. */
const DBT_FOLDERS = ["models", "analyses", "analysis", "tests", "macros", "snapshots", "seeds"];

function isPartOfProject(path: string, target: string): boolean {
  const project = projectOf(target);
  return (
    (target !== "." && isInside(path, target)) ||
    DBT_FOLDERS.some((name) => isInside(path, project === "." ? name : `${project}/${name}`))
  );
}
const isInside = (path: string, folder: string): boolean =>
  folder === "." ? path !== "." : path.startsWith(`${folder}/`);

const DATABASE_NAME =
  /(?:^|_)(?:DATABASE|DB|PG|POSTGRES(?:QL)?|SNOWFLAKE|BIGQUERY|REDSHIFT|DATABRICKS|MYSQL|WAREHOUSE|TRINO|CLICKHOUSE|SQLALCHEMY)\w*(?:URL|URI|DSN|HOST|ACCOUNT|PROJECT)$|^PGHOST$|^GOOGLE_CLOUD_PROJECT$/i;

function databaseNames(
  values: Readonly<Record<string, string | undefined>>,
  where: string,
): readonly { name: string; where: string; kind: string }[] {
  return Object.entries(values)
    .filter(([name, value]) => value !== undefined && value !== "" && DATABASE_NAME.test(name))
    .map(([name, value]) => ({ name, where, kind: systemOf(name, value ?? "") }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The system by the scheme of the address, else by the variable's name. Nothing else of the value leaves this function. */
function systemOf(name: string, value: string): string {
  const scheme = /^([a-z][a-z0-9]*)(?:\+[a-z0-9]+)?:\/\//i.exec(value)?.[1]?.toLowerCase();
  const words = ["snowflake", "bigquery", "redshift", "databricks", "mysql", "trino", "clickhouse"];
  const byName = words.find((word) => name.toLowerCase().includes(word));
  if (scheme !== undefined && scheme !== "http" && scheme !== "https")
    return scheme.startsWith("postgres") ? "postgres" : scheme;
  if (/^PG|POSTGRES/i.test(name)) return "postgres";
  return byName ?? "database";
}

async function envFileVariables(
  root: string,
  files: readonly string[],
): Promise<readonly { name: string; where: string; kind: string }[]> {
  const found: { name: string; where: string; kind: string }[] = [];
  for (const path of files
    .filter((file) => /^(?:[^/]+\/)?\.env(?:\.[\w-]+)?$/.test(file))
    .slice(0, 20)) {
    const text = (await readHead(join(root, path))) ?? "";
    const pairs = text.split(/\r?\n/).flatMap((line) => {
      const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*["']?([^"']*)/.exec(line);
      return match?.[1] === undefined ? [] : [[match[1], match[2] ?? ""] as const];
    });
    found.push(...databaseNames(Object.fromEntries(pairs), path));
  }
  return found;
}

function hintsOf(files: readonly string[], sources: readonly FoundSource[]): readonly string[] {
  const hints: string[] = [];
  for (const project of files.filter((path) => /(?:^|\/)dbt_project\.yml$/.test(path))) {
    const folder = folderOf(project);
    const name = baseName(folder);
    const isRead = sources.some(
      (source) =>
        source.as === "dbt" &&
        (folder === "." || isInside(source.path, folder) || source.path.split("/").includes(name)),
    );
    if (!isRead)
      hints.push(
        `${project}: run \`dbt compile\` and \`dbt docs generate\` there, so that its manifest and catalog can be read`,
      );
  }
  for (const source of sources.filter((one) => one.as === "dbt")) {
    const catalog = source.path === "." ? "catalog.json" : `${source.path}/catalog.json`;
    if (!isArchive(source.path) && !files.includes(catalog) && !files.includes(`${catalog}.gz`))
      hints.push(
        `${source.path}: no catalog.json; \`dbt docs generate\` adds column names and types`,
      );
  }
  return hints;
}
