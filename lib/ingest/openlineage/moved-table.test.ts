import { expect, it } from "vitest";
import { openStore } from "#lib/store/open-store.ts";
import { ingestSources } from "#lib/usecases/sources/ingest-sources.ts";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { readSources } from "#lib/usecases/sources/read-sources.ts";

/** A run that wrote a place which the catalog calls `db.t`. */
const wrote = (place: string, { at, column }: { readonly at: string; readonly column: string }) =>
  JSON.stringify({
    eventType: "COMPLETE",
    eventTime: at,
    run: { runId: "0192b0aa-0000-7000-8000-627668142840", facets: {} },
    job: { namespace: "ns", name: `load ${place}`, facets: {} },
    inputs: [],
    outputs: [
      {
        namespace: "s3://b",
        name: place,
        facets: {
          symlinks: { identifiers: [{ namespace: "glue", name: "db.t", type: "TABLE" }] },
          schema: { fields: [{ name: column, type: "text" }] },
        },
      },
    ],
    producer: "https://example.com",
    schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
  });

async function tableOf(events: readonly string[]) {
  const parser = await loadSqlParser();
  const now = "2026-11-21T00:00:00Z";
  const opened = await openStore("memory:", {});
  if (!opened.ok) throw new Error(opened.error.message);
  const files = [{ path: "e.ndjson", text: events.join("\n"), root: "e.ndjson" }];
  const { sources } = readSources({ files, parser, at: now });
  const report = await ingestSources({ sources, store: opened.value, parser, now });
  const claims = await opened.value.claims();
  if (!report.ok || !claims.ok) throw new Error("not stored");
  return {
    tables: claims.value.flatMap(({ claim }) =>
      claim.columns === undefined ? [] : [claim.columns.map(({ name }) => name)],
    ),
    problems: report.value.problems.map(({ code }) => code),
  };
}

it("a table that moved to another place has the columns of the newest event, in whatever order they come", async () => {
  const old = wrote("/w/a", { at: "2026-11-20T10:04:00Z", column: "q" });
  const moved = wrote("/w/b", { at: "2026-11-20T10:05:00Z", column: "r" });
  const expected = { tables: [["r"]], problems: ["duplicate-asset"] };
  expect(await tableOf([old, moved])).toEqual(expected);
  expect(await tableOf([moved, old])).toEqual(expected);
  const back = wrote("/w/a", { at: "2026-11-20T10:06:00Z", column: "q" });
  expect((await tableOf([old, moved, back])).tables).toEqual([["q"]]);
});
