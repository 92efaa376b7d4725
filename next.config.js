import { resolve } from "node:path";

/** @type {import("next").NextConfig} */
const config = {
  serverExternalPackages: ["libsql", "neo4j-driver", "@guanmingchiu/sqlparser-ts", "@duckdb/node-api"],
  // Types are a step of their own in `npm test`; a user's first start need not wait for them.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  devIndicators: false,
  // A title that is streamed comes after its page: for a moment a screen has none, and a screen reader nothing to say.
  htmlLimitedBots: /.*/,
  compiler: {
    // Only a build needs the script: an image that runs one does not have it.
    runAfterProductionCompile: async ({ projectDir, distDir }) => {
      const { compileAhead } = await import("./scripts/compile-ahead.mjs");
      await compileAhead(resolve(projectDir, distDir));
    },
  },
};

export default config;
