import { spawnSync } from "node:child_process";
import { pythonWith } from "./python.mjs";

const venv = pythonWith({ name: "pyspark-3.5.9", packages: ["pyspark==3.5.9"], probe: "pyspark" });

/** The Spark that clients and measurements run on: a Python with PySpark, made once, and the Java that is there. */
export const pyspark = {
  python: venv.python,
  /** Why it cannot run here; undefined: it can. */
  install: async () =>
    (await venv.install()) ??
    (spawnSync("java", ["-version"]).status === 0 ? undefined : "Java 17 is needed"),
};
