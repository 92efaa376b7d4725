import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_GATE, overridePolicy } from "#lib/review/gate-policy.ts";
import { openStore } from "#lib/store/open-store.ts";
import { ingestPaths } from "../sources/ingest-sources.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { readSide } from "./check-state.ts";
import { checkStored } from "./check-stored.ts";
import type { CheckAnswer } from "./run-check.ts";

interface Deployment {
  /** Statements that make the tables. */
  readonly schema: string;
  /** The text of a consumers.csv. */
  readonly consumers: string;
  readonly dialect?: string;
  /** Default: the policy's own. */
  readonly minCertainty?: "likely" | "possible";
}

export interface DeployedStore {
  /** What the check says of a migration; fails where it cannot say anything. */
  readonly migrate: (sql: string) => Promise<CheckAnswer>;
  readonly close: () => Promise<void>;
}

const NOW = "2026-03-03T09:00:00Z";

/** A store that holds what is deployed, for tests of migrations. */
export async function deployStore(deployment: Deployment): Promise<DeployedStore> {
  const { schema, consumers, dialect, minCertainty } = deployment;
  const asked = dialect === undefined ? {} : { dialect };
  const folder = mkdtempSync(join(tmpdir(), "faultline-deployed-"));
  const opened = await openStore(`file:${join(folder, "store")}`, {});
  if (!opened.ok) throw new Error(opened.error.message);
  const store = opened.value;
  const paths = [join(folder, "schema.sql"), join(folder, "consumers.csv")];
  writeFileSync(join(folder, "schema.sql"), schema);
  writeFileSync(join(folder, "consumers.csv"), consumers);
  const parser = await loadSqlParser();
  await ingestPaths({ paths, cwd: folder, now: NOW, parser, store, ...asked });
  return {
    migrate: async (sql) => {
      writeFileSync(join(folder, "m.sql"), sql);
      const answer = await checkStored({
        now: NOW,
        policy: overridePolicy(DEFAULT_GATE, {
          failOn: "silent",
          ...(minCertainty === undefined ? {} : { minCertainty }),
        }),
        waivers: [],
        base: "store",
        head: await readSide("m.sql", folder),
        ...asked,
        store,
      });
      if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.message}`);
      return answer.value;
    },
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** `drop_column shop.orders.note`, in the order of the answer. */
export const changesIn = ({ changes }: CheckAnswer): readonly string[] =>
  changes.map(({ kind, asset, column }) => `${kind} ${asset.name}${column ? `.${column}` : ""}`);
