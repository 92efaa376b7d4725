import { expect, test } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf } from "#lib/graph/graph-of.ts";
import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import { assessChanges, isChangeError } from "./assess-change.ts";
import type { ChangeInput } from "./change.ts";

/** Every edge is told by the same job, or by one for each source. */
function toldByJobs(graph: MergedGraph, jobOf: (source: AssetId) => AssetId): MergedGraph {
  const assets = new Map(
    [...graph.assets].map(([id, asset]) => {
      const edges = asset.edges.map((edge) => ({ ...edge, via: jobOf(edge.from.asset) }));
      return [id, { ...asset, edges }];
    }),
  );
  return { ...graph, assets };
}

const GRAPH = graphOf(
  "trips.Km -IDENTITY> joined.km; devices.kind -IDENTITY> joined.kind; joined.kind -IDENTITY> kinds.kind",
  {
    trips: { columns: ["id", "Km"] },
    devices: { columns: ["device", "kind"] },
    joined: { columns: ["km", "kind"] },
    kinds: { columns: ["kind"] },
  },
);
const ONE_JOB = toldByJobs(GRAPH, () => idOf("job"));

function verdicts(graph: MergedGraph, change: ChangeInput): Readonly<Record<string, string>> {
  const answer = assessChanges({ graph, snapshot: buildSnapshot(graph), changes: [change] });
  if (isChangeError(answer)) throw new Error(answer.error.message);
  return Object.fromEntries(
    answer.verdicts.map(({ asset, verdict, certainty, hops }) => [
      asset.name,
      `${verdict} ${certainty ?? ""} ${hops}`,
    ]),
  );
}

test.each<ChangeInput>([
  { kind: "add_column_name_collision", asset: "devices", column: "km" },
  { kind: "add_nullable_column", asset: "devices", column: "KM" },
  { kind: "rename_column", asset: "devices", column: "device", to: "km" },
])("a name that a job reads beside it may become ambiguous: $kind", (change) => {
  const found = verdicts(ONE_JOB, change);
  expect(found["joined"]).toBe("breaks_loudly possible 1");
  expect(found["kinds"]).toBe("degraded possible 2");
});

test("a column that the job does not read beside it, or reads there only, collides with nothing", () => {
  for (const column of ["id", "else"])
    expect(
      verdicts(ONE_JOB, { kind: "add_nullable_column", asset: "devices", column })["joined"],
    ).toMatch(/^unaffected/);
});

test("two jobs that fill one table do not read beside each other", () => {
  const change = { kind: "add_column_name_collision", asset: "devices", column: "km" } as const;
  expect(
    verdicts(
      toldByJobs(GRAPH, (id) => id),
      change,
    )["joined"],
  ).toMatch(/^unaffected/);
  expect(verdicts(GRAPH, change)["joined"]).toMatch(/^unaffected/);
});
