import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  findPostgresPrograms,
  startPostgres,
} from "../../lib/usecases/profile/postgres-for-tests.ts";
import { root } from "../checkout.mjs";
import { pythonWith, runClient } from "./python.mjs";

const venv = pythonWith({
  name: "airflow-2.10.5",
  packages: [
    "apache-airflow==2.10.5",
    "apache-airflow-providers-openlineage==2.8.0",
    "apache-airflow-providers-common-sql==1.29.0",
    "apache-airflow-providers-postgres==6.4.1",
    "openlineage-python==1.54.0",
    // What this Airflow's own list of versions has, and newer ones of which break it.
    "connexion==2.14.2",
    "marshmallow-sqlalchemy==0.28.2",
    "Flask-Session==0.5.0",
  ],
  probe: "airflow, airflow.providers.openlineage, airflow.providers.postgres, psycopg2",
});

const TABLES = `
create schema raw; create schema clean; create schema mart;
create table raw.trips (trip_id bigint, zone_id int, cents int);
create table raw.zones (zone_id int, zone_name text);
create table clean.trips (trip_id bigint, zone_id int, cents int);
create table mart.refunds (trip_id bigint, cents int);
insert into raw.zones values (1, 'harbour'), (2, 'hill');
insert into raw.trips select n, 1 + n % 2, n from generate_series(0, 99) as n;
`;

export async function install() {
  if (findPostgresPrograms() === undefined) return "PostgreSQL is needed";
  return await venv.install();
}

export async function send({ url, folder }) {
  const home = join(folder, "airflow");
  mkdirSync(join(home, "dags"), { recursive: true });
  cpSync(
    join(root, "scripts", "acceptance", "airflow_dag.py"),
    join(home, "dags", "fare_pipeline.py"),
  );
  const postgres = await startPostgres(findPostgresPrograms() ?? "");
  const env = {
    AIRFLOW_HOME: home,
    AIRFLOW__CORE__LOAD_EXAMPLES: "False",
    AIRFLOW__OPENLINEAGE__NAMESPACE: "acceptance",
    AIRFLOW__OPENLINEAGE__TRANSPORT: JSON.stringify({ type: "http", url, compression: "gzip" }),
    AIRFLOW_CONN_FARES: postgres.url,
  };
  try {
    for (const [command, args] of [
      [venv.python, ["-c", CREATE, postgres.url, TABLES]],
      [venv.bin("airflow"), ["db", "migrate"]],
    ]) {
      const problem = await runClient(command, args, { env, folder });
      if (problem !== undefined) return problem;
    }
    // One of its tasks fails on purpose; its last one runs all the same.
    return await runClient(venv.bin("airflow"), ["dags", "test", "fare_pipeline", "2026-01-02"], {
      env,
      folder,
    });
  } finally {
    postgres.stop();
  }
}

const CREATE =
  "import sys, psycopg2; c = psycopg2.connect(sys.argv[1]); c.cursor().execute(sys.argv[2]); c.commit()";

export async function look({ graph, impact }) {
  const { assets, edges } = await graph();
  const job = (end) => assets.find(({ id, kind }) => kind === "job" && `${id}`.endsWith(end));
  const uses = (from, to) =>
    edges
      .filter((edge) => `${edge.from}`.endsWith(from) && `${edge.to}`.endsWith(to))
      .map(({ use }) => use);
  const dropped = await impact({ changes: [{ ref: "raw.trips.cents", kind: "drop_column" }] });
  const unit = await impact({
    changes: [{ ref: "clean.trips.cents", kind: "unit_or_meaning_changed" }],
  });
  const verdict = ({ verdicts = [] }, end) =>
    verdicts.find(({ asset }) => asset.name.endsWith(end))?.verdict;
  const byZone = job("report.by_zone");
  return {
    "each task is a job, and belongs to its DAG":
      job("load.clean")?.parent?.name === "fare_pipeline" && job("fare_pipeline") !== undefined,
    "a task knows its group and what it waits for":
      byZone?.taskGroup === "report" &&
      byZone.waitsFor?.some(({ name }) => name === "fare_pipeline.load.clean") === true,
    "the task that failed has its error, and its DAG knows of it":
      job("report.refunds")?.lastRun?.state === "failed" &&
      /refunded_cents/.test(job("report.refunds")?.error ?? "") &&
      job("fare_pipeline")?.failedTasks?.includes("report.refunds") === true,
    "columns are copied from columns": uses("raw.trips.cents", "clean.trips.cents").length > 0,
    "the filter of a task that loads": verdict(dropped, "clean.trips") === "breaks_loudly",
    "a sum by zone is silently wrong in another unit":
      verdict(unit, "fares_by_zone") === "breaks_silently",
  };
}
