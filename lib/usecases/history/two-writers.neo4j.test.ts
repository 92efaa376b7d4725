import { describe, inject } from "vitest";
import { openEmptyNeo4j } from "#lib/store/neo4j/empty-database.conformance.ts";
import { describeTwoWriters } from "./two-writers.conformance.ts";

const uri = inject("neo4jUri") ?? "";

describe.skipIf(uri === "")("with a real server", () => {
  describeTwoWriters("Neo4j", () => openEmptyNeo4j(uri));
});
