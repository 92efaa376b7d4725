/** @type {import("next").NextConfig} */
const config = {
  serverExternalPackages: ["libsql", "neo4j-driver", "@guanmingchiu/sqlparser-ts"],
  poweredByHeader: false,
  devIndicators: false,
};

export default config;
