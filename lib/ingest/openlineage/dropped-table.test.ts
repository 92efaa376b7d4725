import { expect, it } from "vitest";
import { mergeClaims } from "#lib/graph/merge-claims.ts";
import { openStore } from "#lib/store/open-store.ts";
import { ingestSources } from "#lib/usecases/sources/ingest-sources.ts";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { readSources } from "#lib/usecases/sources/read-sources.ts";

const table = (name: string) => ({ namespace: "snowflake://acme", name });

const event = (at: string, output: object): string =>
  JSON.stringify({
    eventType: "COMPLETE",
    eventTime: at,
    run: { runId: "0192b0aa-0000-7000-8000-627668142840", facets: {} },
    job: { namespace: "ns", name: "load", facets: {} },
    inputs: [table("P.S.SRC")],
    outputs: [output],
    producer: "https://example.com",
    schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
  });

const wrote = (at: string, name: string): string => event(at, table(name));
const dropped = (at: string, name: string): string =>
  event(at, {
    ...table(name),
    facets: { lifecycleStateChange: { lifecycleStateChange: "DROP" } },
  });
const renamed = (at: string, from: string, to: string): string =>
  event(at, {
    ...table(to),
    facets: {
      lifecycleStateChange: { lifecycleStateChange: "RENAME", previousIdentifier: table(from) },
    },
  });

/** Since when each table is gone, after batches of events. */
async function goneIn(...batches: readonly (readonly string[])[]) {
  const parser = await loadSqlParser();
  const opened = await openStore("memory:", {});
  if (!opened.ok) throw new Error(opened.error.message);
  for (const [at, events] of batches.entries()) {
    const now = `2026-11-21T0${at}:00:00Z`;
    const files = [{ path: "e.ndjson", text: events.join("\n"), root: "e.ndjson" }];
    const { sources } = readSources({ files, parser, at: now });
    const report = await ingestSources({ sources, store: opened.value, parser, now });
    if (!report.ok) throw new Error(report.error.message);
  }
  const claims = await opened.value.claims();
  if (!claims.ok) throw new Error(claims.error.message);
  const { assets } = mergeClaims(claims.value, 1);
  return Object.fromEntries(
    [...assets.values()].flatMap(({ name, staleSince }) =>
      staleSince === undefined ? [] : [[name, staleSince]],
    ),
  );
}

const DAY = "2026-11-20T";

it("a table that was dropped or renamed away is said no more since then", async () => {
  const first = [wrote(`${DAY}10:00:00Z`, "P.S.OLD"), wrote(`${DAY}10:01:00Z`, "P.S.GONE")];
  const then = [
    renamed(`${DAY}11:00:00Z`, "P.S.OLD", "P.S.NEW"),
    dropped(`${DAY}12:00:00Z`, "P.S.GONE"),
  ];
  const expected = { "P.S.OLD": `${DAY}11:00:00.000Z`, "P.S.GONE": `${DAY}12:00:00.000Z` };
  expect(await goneIn([...first, ...then])).toEqual(expected);
  expect(await goneIn([...first].concat(then), [...then, ...first])).toEqual(expected);
});

it("a table that is written after it was dropped is there again, whichever comes first", async () => {
  const drop = dropped(`${DAY}10:00:00Z`, "P.S.T");
  const write = wrote(`${DAY}11:00:00Z`, "P.S.T");
  expect(await goneIn([drop, write])).toEqual({});
  expect(await goneIn([write, drop])).toEqual({});
  expect(await goneIn([drop, write, dropped(`${DAY}12:00:00Z`, "P.S.T")])).toEqual({
    "P.S.T": `${DAY}12:00:00.000Z`,
  });
});
