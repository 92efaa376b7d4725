import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "../checkout.mjs";
import { pythonWith, runClient } from "./python.mjs";
import { answers, freePort } from "./tool-server.mjs";

const venv = pythonWith({
  name: "mlflow-3.17.2",
  packages: ["mlflow==3.17.2"],
  probe: "mlflow, sklearn, pandas",
});

export const install = venv.install;

export async function send({ folder }) {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const places = [
    ...["--backend-store-uri", `sqlite:///${folder}/mlflow.db`],
    ...["--artifacts-destination", join(folder, "artifacts")],
  ];
  const mlflow = spawn(
    venv.bin("mlflow"),
    ["server", "--host", "127.0.0.1", "--port", `${port}`, "--workers", "1", ...places],
    { cwd: folder, stdio: "ignore", detached: true },
  );
  try {
    await answers(`${address}/health`);
    const trained = await runClient(venv.python, [join(root, "scripts/acceptance/train.py")], {
      env: { MLFLOW_TRACKING_URI: address },
      folder,
    });
    if (trained !== undefined) return trained;
    const bundle = join(root, "node_modules", ".cache", "acceptance", "faultline.mjs");
    return await runClient(
      process.execPath,
      [bundle, "ingest", `mlflow+${address}`, "--store", `file:${folder}/store`],
      { env: {}, folder },
    );
  } finally {
    // The server keeps a worker of its own: the whole group ends.
    process.kill(-mlflow.pid, "SIGTERM");
  }
}

export async function look({ graph }) {
  const { edges } = await graph();
  const use = (column) =>
    edges.find(
      ({ from, to }) => `${from}`.endsWith(`.${column}`) && `${to}`.includes("churn-model"),
    )?.use;
  return {
    "features by the model's signature":
      use("age") === "ML_FEATURE" && use("spend") === "ML_FEATURE",
    "the label": use("churn") === "ML_LABEL",
  };
}
