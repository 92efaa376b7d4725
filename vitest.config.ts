import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "lib/**/*.test.ts",
      "components/**/*.test.ts",
      "bench/**/*.test.ts",
      "scripts/**/*.test.ts",
    ],
    // They have a step of their own, with a real server: vitest.neo4j.config.ts.
    exclude: [...configDefaults.exclude, "**/*.neo4j.test.ts"],
    // Long, since a busy machine is no fault of the code: tests assert behaviour, never times.
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
});
