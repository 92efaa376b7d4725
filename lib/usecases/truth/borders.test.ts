import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import type { Snapshot } from "#lib/graph/snapshot.ts";
import { assessChanges, isChangeError } from "#lib/impact/assess-change.ts";
import type { ChangeKind } from "#lib/impact/change.ts";
import { answerLineage } from "#lib/ingest/sql/lineage-answer.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { DATASET_KINDS, isConsumerKind } from "#lib/model/asset.ts";
import { readDemo } from "../../../scripts/mesh/read-demo.mjs";
import { tellMesh, tellSingle } from "../../../scripts/mesh/tell-mesh.mjs";
import { parseConfig } from "../config/faultline-config.ts";
import { type AssembledGraph, assembleGraph } from "../graph/assemble-graph.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";

/** Kinds that together use every slot: a column that goes, is null, holds other values; rows that are missing. */
const COLUMN_KINDS: readonly ChangeKind[] = [
  "drop_column",
  "became_mostly_null",
  "unit_or_meaning_changed",
];
const DATABASE = "harbour";

interface Told {
  readonly graph: AssembledGraph;
  readonly snapshot: Snapshot;
}

describe("one company told as the registries of its teams", () => {
  let company: Awaited<ReturnType<typeof readDemo>>;
  let parser: SqlParser;
  let folder: string;
  let single: Told;
  let mesh: Told;

  beforeAll(async () => {
    parser = await loadSqlParser();
    company = await readDemo(({ sql, schema }) =>
      answerLineage({ sql, dialect: "duckdb", schema, parser }),
    );
    folder = mkdtempSync(join(tmpdir(), "faultline-borders-"));
    single = await read("single", tellSingle(company));
    mesh = await read("mesh", tellMesh(company));
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function read(name: string, files: Readonly<Record<string, string>>): Promise<Told> {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name, path)), { recursive: true });
      writeFileSync(join(folder, name, path), text);
    }
    const config = parseConfig("faultline.yaml", files["faultline.yaml"] ?? "");
    if (!config.ok) throw new Error(config.error.message);
    const graph = await assembleGraph({
      paths: [join(folder, name)],
      ...(config.value.names === undefined ? {} : { names: config.value.names }),
      parser,
      now: "2026-11-16T05:00:00Z",
    });
    return { graph, snapshot: buildSnapshot(graph.graph) };
  }

  const datasetsOf = ({ graph }: Told) =>
    [...graph.graph.assets.values()].filter((asset) => DATASET_KINDS.has(asset.kind));

  /** `consumer: verdict` of all that a change does something to; the change is named as the company names the table. */
  function affected(told: Told, kind: ChangeKind, relation: string, column?: string): string[] {
    const answer = assessChanges({
      snapshot: told.snapshot,
      graph: told.graph.graph,
      changes: [
        { kind, asset: `${DATABASE}.${relation}`, ...(column === undefined ? {} : { column }) },
      ],
    });
    if (isChangeError(answer)) throw new Error(`${relation}.${column}: ${answer.error.message}`);
    return answer.verdicts
      .filter(({ asset, verdict }) => isConsumerKind(asset.kind) && verdict !== "unaffected")
      .map(({ asset, verdict }) => `${asset.name}: ${verdict}`);
  }

  it("joins no two tables, and tells none twice", () => {
    const copies = 16;
    expect(datasetsOf(single)).toHaveLength(company.columns.size);
    const inMesh = datasetsOf(mesh).map((asset) => asset.name.toLowerCase());
    expect(inMesh.filter((name) => name.startsWith(`${DATABASE}_dev.`))).toHaveLength(copies);
    expect(inMesh).toHaveLength(company.columns.size + copies);
    expect(mesh.graph.unresolved).toBe(0);
  });

  it("finds the consumers that a single registry finds, with the same verdicts", () => {
    let hit = 0;
    const missed: string[] = [];
    const wrong: string[] = [];
    const compare = (kind: ChangeKind, relation: string, column?: string): void => {
      const expected = new Set(affected(single, kind, relation, column));
      const found = affected(mesh, kind, relation, column);
      for (const one of found) {
        if (expected.delete(one)) hit += 1;
        else wrong.push(`${kind} ${relation}.${column ?? "*"}: ${one}`);
      }
      missed.push(...[...expected].map((one) => `${kind} ${relation}.${column ?? "*"}: ${one}`));
    };
    for (const base of company.bases) {
      compare("row_count_drop", base);
      for (const { name } of company.columns.get(base) ?? [])
        for (const kind of COLUMN_KINDS) compare(kind, base, name);
    }
    expect(hit).toBeGreaterThan(500);
    expect(hit / (hit + missed.length)).toBeGreaterThanOrEqual(0.97);
    expect((2 * hit) / (2 * hit + missed.length + wrong.length)).toBeGreaterThanOrEqual(0.98);
  });
});
