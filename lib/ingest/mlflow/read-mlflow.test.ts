import { describe, expect, it } from "vitest";
import { readMlflow } from "./read-mlflow.ts";

const colspec = (...names: readonly string[]): string =>
  JSON.stringify(names.map((name) => ({ name, type: "double" })));
const logged = (name: string, source: unknown, columns: readonly string[]) => ({
  dataset: {
    name,
    source_type: "snowflake",
    source: JSON.stringify(source),
    schema: JSON.stringify({ mlflow_colspec: JSON.parse(colspec(...columns)) }),
  },
  tags: { "mlflow.data.context": "training" },
});
const run = (
  id: string,
  datasets: readonly unknown[],
  params: Record<string, string> = {},
  end = 1_764_000_000_123,
) => ({
  path: `${id}/run.json`,
  text: JSON.stringify({
    info: { run_id: id, run_name: "churn", status: "FINISHED", end_time: end },
    data: { params, tags: [{ key: "team", value: "ds" }] },
    inputs: { dataset_inputs: datasets },
  }),
});
const model = (id: string, inputs: string, outputs = "[]") => ({
  path: `${id}/MLmodel`,
  text: `run_id: ${id}\nmodel_id: m-${id}\nflavors: {}\nsignature:\n  inputs: '${inputs}'\n  outputs: '${outputs}'\n`,
});

const TABLE = { table: "shop.mart.customers" };
const edgesOf = (result: ReturnType<typeof readMlflow>) =>
  result.facts
    .find((fact) => fact.kind === "ml_model")
    ?.edges.map(
      (edge) => `${edge.from.column ?? "*"} ${edge.use}${edge.cap ? ` ${edge.cap}` : ""}`,
    );

describe("MLflow", () => {
  it("the signature's columns are features, the named target is the label, the rest is not used", () => {
    const read = readMlflow([
      run("r1", [logged("d", TABLE, ["id", "spend", "churned"])], { target: "churned" }),
      model("r1", colspec("spend")),
    ]);
    expect(edgesOf(read)).toEqual(["spend ML_FEATURE", "churned ML_LABEL"]);
    expect(read.facts.find((fact) => fact.placeholder)).toMatchObject({
      name: { name: "shop.mart.customers" },
      path: ["shop", "mart", "customers"],
    });
    expect(read.problems).toEqual([]);
  });

  it("where nothing names the target it may be any column that is left", () => {
    const read = readMlflow([
      run("r1", [logged("d", TABLE, ["id", "spend", "churned"])]),
      model("r1", colspec("spend")),
    ]);
    expect(edgesOf(read)).toEqual([
      "id ML_LABEL possible",
      "spend ML_FEATURE",
      "churned ML_LABEL possible",
    ]);
  });

  it("without a signature the model takes every column, also those to come", () => {
    expect(edgesOf(readMlflow([run("r1", [logged("d", TABLE, ["a"])])]))).toEqual([
      "a ML_FEATURE_AUTO likely",
      "* ML_FEATURE_AUTO likely",
    ]);
  });

  it("a dataset whose place is not said stays as a placeholder, with a problem", () => {
    const read = readMlflow([run("r1", [logged("holdout", {}, ["a"])])]);
    expect(read.facts.find((fact) => fact.placeholder)?.name).toEqual({
      namespace: "mlflow",
      name: "dataset.holdout",
    });
    expect(read.problems.map((problem) => problem.code)).toEqual(["unresolved-name"]);
  });

  it("a file in a bucket is named as OpenLineage names it, and by the table that the dataset is called after", () => {
    const read = readMlflow([
      run("r1", [logged("mart.customers", { uri: "s3://lake/a/b.parquet" }, ["a"])]),
    ]);
    expect(read.facts.find((fact) => fact.placeholder)).toMatchObject({
      name: { namespace: "s3://lake", name: "a/b.parquet" },
      path: ["mart", "customers"],
    });
  });

  it("of two runs of one name the later one counts, and when it ended", () => {
    const read = readMlflow([
      run("new", [logged("d", TABLE, ["b"])], {}, 1_764_000_000_123),
      run("old", [logged("d", TABLE, ["a"])], {}, 1_700_000_000_000),
    ]);
    const models = read.facts.filter((fact) => fact.kind === "ml_model");
    expect(
      models.map((fact) => [
        fact.attributes.owner,
        fact.attributes.lastRun,
        fact.attributes.extra?.["runId"],
      ]),
    ).toEqual([["ds", { at: new Date(1_764_000_000_123).toISOString(), state: "ok" }, "new"]]);
  });

  it("models without data, features from nowhere and files of another kind are told", () => {
    const read = readMlflow([
      run("r1", []),
      model("r2", colspec("x")),
      run("r3", [logged("d", TABLE, ["a"])]),
      model("r3", colspec("made_up")),
      { path: "x.json", text: "{}" },
    ]);
    expect(read.problems.map((problem) => problem.code).sort()).toEqual([
      "unknown-column",
      "unresolved-name",
      "wrong-shape",
    ]);
    expect(read.facts.filter((fact) => fact.kind === "ml_model").length).toBe(2);
  });
});
