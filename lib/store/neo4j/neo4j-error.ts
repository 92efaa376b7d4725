import { Neo4jError } from "neo4j-driver";
import type { StoreError } from "../store-error.ts";

/** What the driver or the server said, as what a person can do about it. `label` names the store. */
export function describeNeo4jError(thrown: unknown, label: string): StoreError {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const code = thrown instanceof Neo4jError ? thrown.code : "";
  if (code.startsWith("Neo.ClientError.Database")) {
    return {
      code: "refused",
      message: `${label}: ${firstLine(message)}`,
      next: "Set NEO4J_DATABASE to a database that is there, or unset it for the server's own choice.",
    };
  }
  if (UNREACHABLE.has(code) || /pool|acqui|timed? ?out|routing/i.test(message)) {
    return {
      code: "unreachable",
      message: `${label} cannot be reached: ${firstLine(message)}`,
      next: ENCRYPTED.test(label)
        ? "Check that the server runs, that the address and port are right, and that it takes encrypted connections: neo4j:// and bolt:// are the plain ones."
        : "Check that the server runs and that the address and port are right.",
    };
  }
  if (code.startsWith("Neo.ClientError.Security")) {
    return {
      code: "refused",
      message: `${label} refused the log-in: ${firstLine(message)}`,
      next: "Set NEO4J_USERNAME and NEO4J_PASSWORD.",
    };
  }
  if (code.includes("ReadOnly")) {
    return { code: "refused", message: `${label}: ${firstLine(message)}` };
  }
  if (/no space|disk ?full/i.test(message)) {
    return {
      code: "no-space",
      message: `${label}: ${firstLine(message)}`,
      next: "Free some space on the server.",
    };
  }
  return { code: "failed", message: `${label}: ${firstLine(message)}` };
}

const UNREACHABLE: ReadonlySet<string> = new Set([
  "ServiceUnavailable",
  "SessionExpired",
  "Neo.TransientError.General.DatabaseUnavailable",
]);

/** Schemes that ask for TLS. */
const ENCRYPTED = /\+s(sc)?:\/\//;

const firstLine = (text: string): string => text.split("\n", 1)[0] ?? "";
