import { cpSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { root } from "../checkout.mjs";
import { pythonWith, runClient } from "./python.mjs";

// dbt 1.12 and later download a binary of their own.
const venv = pythonWith({
  name: "dbt-ol-1.54.0",
  packages: ["openlineage-dbt==1.54.0", "dbt-core>=1.11,<1.12", "dbt-duckdb>=1.10"],
  probe: "dbt, openlineage.client",
});

export const install = venv.install;

export async function send({ url, folder }) {
  const project = join(folder, "project");
  cpSync(join(root, "scripts", "acceptance", "dbt"), project, { recursive: true });
  return runClient(
    venv.bin("dbt-ol"),
    ["build", "--project-dir", project, "--profiles-dir", project],
    {
      folder: project,
      env: {
        // dbt-ol starts dbt by its name.
        PATH: `${dirname(venv.bin("dbt"))}${delimiter}${process.env.PATH}`,
        OPENLINEAGE_URL: url,
        OPENLINEAGE_NAMESPACE: "acceptance",
        DBT_SEND_ANONYMOUS_USAGE_STATS: "false",
      },
    },
  );
}

export async function look({ graph, impact }) {
  const { assets, edges } = await graph();
  const table = assets.find(({ name, id }) => `${name ?? id}`.endsWith("fares_daily"));
  const into = edges.filter(({ to }) => `${to}`.includes("fares_daily"));
  const answer = await impact({ changes: [{ ref: "stg_rides.cents", kind: "drop_column" }] });
  const verdicts = answer.verdicts ?? [];
  const of = (name) =>
    verdicts.find(({ asset }) => asset.name.toLowerCase().includes(name) && asset.kind !== "job");
  return {
    "the models are tables and views": table !== undefined,
    "their columns come from columns": into.some(
      ({ from, to }) => /cents/.test(`${from}`) && /fare/.test(`${to}`),
    ),
    "the model that sums a dropped column fails": of("fares_daily")?.verdict === "breaks_loudly",
    "the exposure behind it is a dashboard that is reached": verdicts.some(
      ({ asset }) => asset.kind === "dashboard" && /fares/i.test(asset.name),
    ),
  };
}
