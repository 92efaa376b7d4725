// `npm run bench -- engine-impact`: one bench, or the list of them. Figures in the documentation come from here.

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { giveUp, root } from "./checkout.mjs";

const known = readdirSync(join(root, "bench"))
  .filter((file) => /\.(ts|mjs)$/.test(file))
  .map((file) => file.replace(/\.\w+$/, ""));
const [name, ...rest] = process.argv.slice(2);
if (!name || !known.includes(name))
  giveUp(name ? `no bench is called ${name}` : "which bench?", `one of: ${known.join(", ")}`);
const file = readdirSync(join(root, "bench")).find((f) => f.startsWith(`${name}.`));
process.exit(
  spawnSync(join(root, "node_modules", ".bin", "tsx"), [join("bench", file), ...rest], {
    cwd: root,
    stdio: "inherit",
  }).status ?? 1,
);
