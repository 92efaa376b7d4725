// Writes the demo company as the registries of many teams, and as a single one to compare with.
//
//   node scripts/mesh/make-mesh.mjs FOLDER      FOLDER/single and FOLDER/mesh; ingest the mesh with
//                                               --names FOLDER/mesh/faultline.yaml
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readDemo } from "./read-demo.mjs";
import { tellMesh, tellSingle } from "./tell-mesh.mjs";

const folder = process.argv[2];
if (!folder) {
  console.error("usage: node scripts/mesh/make-mesh.mjs FOLDER");
  process.exit(2);
}
const command = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "dist", "faultline.mjs");
const scratch = mkdtempSync(join(tmpdir(), "faultline-mesh-"));

/** Column lineage from the command line itself: events tell what their producer found out. */
function analyse({ sql, schema }) {
  const file = join(scratch, "schema.json");
  writeFileSync(file, JSON.stringify(schema));
  const options = ["lineage", "-", "--dialect", "duckdb", "--schema", file, "--format", "json"];
  return JSON.parse(
    execFileSync(process.execPath, [command, ...options], { input: sql, encoding: "utf8" }),
  );
}

try {
  const company = await readDemo(analyse);
  for (const [name, files] of [
    ["single", tellSingle(company)],
    ["mesh", tellMesh(company)],
  ]) {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name, path)), { recursive: true });
      writeFileSync(join(folder, name, path), text);
    }
    console.log(`${name}: ${Object.keys(files).length} files`);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
