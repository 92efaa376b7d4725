import type { Result } from "#lib/kit/result.ts";
import type { Failure } from "../failure.ts";
import { openDuckdbSession } from "./duckdb-session.ts";
import type { Session } from "./session.ts";
import type { VerifyTarget } from "./verify-target.ts";

export async function openSession(target: VerifyTarget): Promise<Result<Session, Failure>> {
  switch (target.kind) {
    case "bind":
      return openDuckdbSession();
    case "samples":
      return openDuckdbSession(target.folder);
    case "postgres":
      return (await import("./postgres-session.ts")).openPostgresSession(target.url);
  }
}
