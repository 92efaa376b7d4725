import type { TestProject } from "vitest/node";
import { startNeo4j } from "./test-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the real Neo4j answers; empty where none can be had, which only a machine that is not CI may say. */
    neo4jUri: string;
  }
}

/** One real server for all tests of a run. In CI its absence fails the run, elsewhere the tests say that they are skipped. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  try {
    const server = await startNeo4j();
    project.provide("neo4jUri", server.uri);
    // Tests, and the processes that they start, log in as any user of the store does.
    for (const [name, value] of Object.entries(server.login)) if (value) process.env[name] = value;
    return () => server.stop();
  } catch (thrown) {
    if (process.env["CI"] !== undefined && process.env["CI"] !== "") throw thrown;
    project.provide("neo4jUri", "");
    process.stderr.write(
      `Tests with Neo4j are skipped: ${thrown instanceof Error ? thrown.message : thrown}\n`,
    );
    return undefined;
  }
}
