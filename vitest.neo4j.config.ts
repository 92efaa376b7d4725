import { defineConfig } from "vitest/config";

// The tests that need a real Neo4j; one server serves all of them.
export default defineConfig({
  test: {
    include: ["lib/**/*.neo4j.test.ts"],
    globalSetup: ["lib/store/neo4j/global-setup.conformance.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
