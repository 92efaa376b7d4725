// Makes manifest.json and catalog.json of dbt projects with real dbt, without macros and docs so that they stay small.
// Needs dbt-core 1.11 with dbt-duckdb: FAULTLINE_DBT=/path/to/dbt node scripts/demo/make-dbt-artefacts.mjs
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readCompany } from "./read-company.mjs";
import { openCompany } from "./run-company.mjs";

/** Where dbt ran and when: of no use to a reader, and another on every machine. */
const DROPPED = new Set([
  "root_path",
  "build_path",
  "compiled_path",
  "checksum",
  "deferred",
  "invocation_id",
  "user_id",
  "env",
  "send_anonymous_usage_stats",
  "invocation_started_at",
  "run_started_at",
]);
const EMPTIED = ["macros", "docs", "disabled", "selectors", "child_map", "functions"];
/** Schemas of other systems: a project that reads them does not own them. */
const FOREIGN = new Set(["checkout", "catalog", "lake", "sheets", "finance_landing"]);

/**
 * Compiles projects of a company, builds it, and writes their artefacts to `sources/<project>/target`.
 *
 * @param {{company: string, at: string, only?: readonly string[]}} options `company` is the folder, `at` ISO 8601; without
 *   `only` all projects
 */
export async function makeDbtArtefacts({ company, at, only }) {
  const projects = readdirSync(join(company, "dbt-projects"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  const wanted = projects.filter((project) => only?.includes(project) ?? true);
  const folder = mkdtempSync(join(tmpdir(), "harbour-dbt-"));
  const place = { company, at, folder, database: join(folder, "harbour.duckdb") };
  try {
    for (const project of wanted) {
      runDbt(place, project, "compile");
      const manifest = JSON.parse(readFileSync(join(folder, project, "manifest.json"), "utf8"));
      for (const part of EMPTIED) if (manifest[part] !== undefined) manifest[part] = {};
      writeArtefact(place, { project, name: "manifest", content: manifest });
    }
    rmSync(place.database, { force: true });
    await (await openCompany(readCompany(company), { file: place.database })).close();
    for (const project of wanted) {
      runDbt(place, project, "docs", "generate", "--no-compile");
      const catalog = JSON.parse(readFileSync(join(folder, project, "catalog.json"), "utf8"));
      const own = ownSchemas(place, { project, projects });
      catalog.sources = Object.fromEntries(
        Object.entries(catalog.sources).filter(([, table]) => own.has(table.metadata.schema)),
      );
      for (const part of ["nodes", "sources"])
        for (const table of Object.values(catalog[part])) table.stats = {};
      writeArtefact(place, { project, name: "catalog", content: catalog });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runDbt({ company, folder, database }, project, ...command) {
  const directory = join(company, "dbt-projects");
  execFileSync(
    process.env.FAULTLINE_DBT ?? "dbt",
    [
      ...command,
      "-q",
      "--project-dir",
      join(directory, project),
      "--profiles-dir",
      directory,
      "--target-path",
      join(folder, project),
    ],
    {
      env: {
        ...process.env,
        HARBOUR_DATABASE: database,
        HARBOUR_SCHEMA: project,
        DBT_LOG_PATH: join(folder, "log"),
        DO_NOT_TRACK: "1",
      },
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
}

/** Raw tables that a project loads itself: it alone declares them, or they are called after it. */
function ownSchemas({ company }, { project, projects }) {
  const declared = projects.map((name) => [
    name,
    new Set(
      Object.values(
        JSON.parse(readFileSync(artefact(company, name, "manifest"), "utf8")).sources,
      ).map((source) => source.schema),
    ),
  ]);
  const alone = (schema) => declared.filter(([, schemas]) => schemas.has(schema)).length === 1;
  const mine = declared.find(([name]) => name === project)[1];
  return new Set(
    [...mine].filter(
      (schema) =>
        !projects.includes(schema) &&
        !FOREIGN.has(schema) &&
        (alone(schema) || schema.startsWith(`${project}_`)),
    ),
  );
}

const artefact = (company, project, name) =>
  join(company, "sources", project, "target", `${name}.json`);

function writeArtefact({ company, at }, { project, name, content }) {
  content.metadata.generated_at = at;
  const small = JSON.stringify(
    content,
    (key, value) => (DROPPED.has(key) || isStamp(key, value) ? undefined : value),
    1,
  );
  const path = artefact(company, project, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${small}\n`);
}

/** dbt's own `created_at` is a number; a column may have the same name. */
const isStamp = (key, value) => key === "created_at" && typeof value === "number";

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await makeDbtArtefacts({
    company: join(dirname(fileURLToPath(import.meta.url)), "..", "..", "graph-seed", "company"),
    at: "2026-11-16T04:10:00Z",
  });
}
