/** @type {import("next").NextConfig} */
const config = {
  serverExternalPackages: ["libsql", "neo4j-driver", "@guanmingchiu/sqlparser-ts", "@duckdb/node-api"],
  // Types are a step of their own in `npm test`; a user's first start need not wait for them.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  devIndicators: false,
};

export default config;
