// Makes manifest.json and catalog.json of the demo's dbt projects with real dbt, without macros and docs so that they stay
// small. Needs dbt-core 1.11 with dbt-duckdb: FAULTLINE_DBT=/path/to/dbt node scripts/demo/make-dbt-artefacts.mjs
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readCompany } from "./read-company.mjs";
import { openCompany } from "./run-company.mjs";

const company = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "graph-seed", "company");
const projects = readdirSync(join(company, "dbt-projects"), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
const MADE_AT = "2026-11-16T04:10:00.000000Z";
/** Where dbt ran and when: of no use to a reader, and another on every machine. */
const DROPPED = new Set(["root_path", "build_path", "compiled_path", "created_at", "checksum", "deferred", "invocation_id", "user_id", "env", "send_anonymous_usage_stats", "invocation_started_at", "run_started_at"]);
const EMPTIED = ["macros", "docs", "disabled", "selectors", "child_map", "functions"];

const folder = mkdtempSync(join(tmpdir(), "harbour-dbt-"));
const database = join(folder, "harbour.duckdb");
try {
  for (const project of projects) {
    runDbt(project, "compile");
    const manifest = JSON.parse(readFileSync(join(folder, project, "manifest.json"), "utf8"));
    for (const part of EMPTIED) if (manifest[part] !== undefined) manifest[part] = {};
    writeArtefact(project, "manifest", manifest);
  }
  rmSync(database, { force: true });
  (await openCompany(readCompany(company), { file: database })).close();
  for (const project of projects) {
    runDbt(project, "docs", "generate", "--no-compile");
    const catalog = JSON.parse(readFileSync(join(folder, project, "catalog.json"), "utf8"));
    // another project's tables are in that project's own catalog
    catalog.sources = Object.fromEntries(Object.entries(catalog.sources).filter(([, table]) => ownSchemas(project).has(table.metadata.schema)));
    for (const part of ["nodes", "sources"]) for (const table of Object.values(catalog[part])) table.stats = {};
    writeArtefact(project, "catalog", catalog);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function runDbt(project, ...command) {
  const directory = join(company, "dbt-projects");
  execFileSync(process.env.FAULTLINE_DBT ?? "dbt", [...command, "-q", "--project-dir", join(directory, project), "--profiles-dir", directory, "--target-path", join(folder, project)], {
    env: { ...process.env, HARBOUR_DATABASE: database, HARBOUR_SCHEMA: project, DBT_LOG_PATH: join(folder, "log"), DO_NOT_TRACK: "1" },
    stdio: ["ignore", "inherit", "inherit"],
  });
}

/** Schemas that a project alone declares as a source: the raw tables that it loads. */
function ownSchemas(project) {
  const declared = projects.map((name) => [name, new Set(Object.values(JSON.parse(readFileSync(artefact(name, "manifest"), "utf8")).sources).map((source) => source.schema))]);
  const mine = declared.find(([name]) => name === project)[1];
  const owned = new Set([...mine].filter((schema) => declared.filter(([, schemas]) => schemas.has(schema)).length === 1));
  return new Set([...owned].filter((schema) => !projects.includes(schema) && !["checkout", "catalog", "lake", "sheets", "finance_landing"].includes(schema)).concat(project === "payments" ? ["payments_db"] : []));
}

function artefact(project, name) {
  return join(company, "sources", project, "target", `${name}.json`);
}

function writeArtefact(project, name, content) {
  content.metadata.generated_at = MADE_AT;
  const small = JSON.stringify(content, (key, value) => (DROPPED.has(key) ? undefined : value), 1);
  mkdirSync(dirname(artefact(project, name)), { recursive: true });
  writeFileSync(artefact(project, name), `${small}\n`);
}
