import { describe, inject } from "vitest";
import { describeLineageStore } from "../store.conformance.ts";
import { openEmptyNeo4j } from "./empty-database.conformance.ts";

const uri = inject("neo4jUri") ?? "";

describe.skipIf(uri === "")("with a real server", () => {
  describeLineageStore({ name: "Neo4j", openEmpty: () => openEmptyNeo4j(uri), histories: 8 });
});
