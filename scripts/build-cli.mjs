// Bundles the command line into dist/faultline.mjs, so that `npx faultline` runs on Node 20 without a TypeScript loader.
// Our own code is bundled; packages stay in node_modules, because some are native (libsql), WASM (sqlparser-ts) or large.
// Commands are split into chunks that load when they are used: a cold start reads only what it needs.
import { createHash } from "node:crypto";
import { chmodSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { version, dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** Of everything that an analysis comes from: what another build has found is not taken for what this one would find. */
function digestSources() {
  const digest = createHash("sha256").update(JSON.stringify(dependencies));
  const names = readdirSync(join(root, "lib"), { recursive: true }).map(String).sort();
  for (const name of names)
    if (name.endsWith(".ts") && !name.endsWith(".test.ts"))
      digest.update(name).update(readFileSync(join(root, "lib", name)));
  return digest.digest("hex").slice(0, 16);
}

/** @param {{ outdir?: string }} options where the bundle goes; by default `dist` */
export async function buildCli({ outdir = join(root, "dist") } = {}) {
  rmSync(join(outdir, "chunks"), { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: [
      { in: "lib/cli/main.ts", out: "faultline" },
      { in: "lib/usecases/events/event-worker.ts", out: "event-worker" },
    ],
    outdir,
    outExtension: { ".js": ".mjs" },
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.9",
    packages: "external",
    banner: { js: "#!/usr/bin/env node" },
    define: {
      "process.env.FAULTLINE_VERSION": JSON.stringify(version),
      "process.env.FAULTLINE_BUILD": JSON.stringify(digestSources()),
    },
    sourcemap: "linked",
    sourcesContent: false,
    logLevel: "warning",
  });
  chmodSync(join(outdir, "faultline.mjs"), 0o755);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await buildCli(process.argv[2] === undefined ? {} : { outdir: resolve(process.argv[2]) });
}
