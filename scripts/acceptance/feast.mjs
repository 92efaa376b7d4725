import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../checkout.mjs";
import { pythonWith, runClient } from "./python.mjs";

const venv = pythonWith({
  name: "feast-0.67.0",
  packages: ["feast[grpcio]==0.67.0", "openlineage-python==1.54.0"],
  probe: "feast, grpc, openlineage.client",
});

export const install = venv.install;

export async function send({ url, folder }) {
  const repo = join(folder, "repo");
  cpSync(join(root, "scripts", "acceptance", "feast"), repo, { recursive: true });
  const settings = join(repo, "feature_store.yaml");
  writeFileSync(settings, readFileSync(settings, "utf8").replace("SERVER", url));
  const made = await runClient(venv.python, ["make_data.py"], { folder: repo, env: {} });
  return (
    made ?? runClient(venv.bin("feast"), ["apply"], { folder: repo, env: { FEAST_USAGE: "False" } })
  );
}

export async function look({ graph }) {
  const { assets, edges } = await graph();
  const find = (word) => assets.filter(({ id, name }) => `${name ?? id}`.includes(word));
  const isInto = (from, to) =>
    edges.some((edge) => `${edge.from}`.includes(from) && `${edge.to}`.includes(to));
  return {
    "the feature view is an asset": find("rider_stats").length > 0,
    "it is made of its source": isInto("rider", "rider_stats"),
    "the feature service reads it": isInto("rider_stats", "pricing"),
  };
}
