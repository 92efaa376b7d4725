import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../checkout.mjs";
import { pyspark } from "./pyspark.mjs";
import { cache, runClient } from "./python.mjs";

const VERSION = "1.53.0";
const jar = join(cache, `openlineage-spark_2.12-${VERSION}.jar`);

export async function install() {
  const missing = await pyspark.install();
  if (missing !== undefined) return missing;
  if (existsSync(jar)) return undefined;
  mkdirSync(cache, { recursive: true });
  const artifact = `io.openlineage:openlineage-spark_2.12:${VERSION}`;
  const copied = spawnSync(
    "mvn",
    ["-q", "dependency:get", `-Dartifact=${artifact}`, "-Dtransitive=false"],
    { encoding: "utf8" },
  );
  if (copied.status !== 0) return "Maven could not get openlineage-spark";
  spawnSync("mvn", [
    "-q",
    "dependency:copy",
    `-Dartifact=${artifact}`,
    `-DoutputDirectory=${cache}`,
  ]);
  return existsSync(jar) ? undefined : "Maven did not copy openlineage-spark";
}

export const send = ({ url, folder }) =>
  runClient(pyspark.python, [join(root, "scripts", "acceptance", "spark_job.py"), folder], {
    folder,
    env: { OPENLINEAGE_URL_FOR_SPARK: url, OPENLINEAGE_JAR: jar, SPARK_LOCAL_IP: "127.0.0.1" },
  });

export async function look({ graph, impact }) {
  const { assets, edges } = await graph();
  const names = assets.map(({ id, name }) => `${name ?? id}`);
  const into = edges.filter(({ to }) => `${to}`.includes("tolls_by_gate"));
  const answer = await impact({
    changes: [{ ref: "crossings.cents", kind: "became_mostly_null" }],
  });
  const reached = (answer.verdicts ?? []).find(({ asset }) => asset.name.includes("tolls_by_gate"));
  return {
    "the files that it read and wrote are assets": ["crossings", "gates", "tolls_by_gate"].every(
      (wanted) => names.some((name) => name.includes(wanted)),
    ),
    "a sum is a sum of its column": into.some(
      ({ from, to, use }) =>
        /cents/.test(`${from}`) && /toll/.test(`${to}`) && /AGG/.test(`${use}`),
    ),
    "a join key decides rows": into.some(
      ({ from, use }) => /gate_id/.test(`${from}`) && /JOIN|GROUP/.test(`${use}`),
    ),
    "what is summed is silently wrong where the column turns null":
      reached?.verdict === "breaks_silently",
  };
}
