import { describe, expect, it } from "vitest";
import type { FileKind } from "#lib/model/source-kind.ts";
import { recogniseFile } from "./recognise-file.ts";

const cases: readonly (readonly [string, string, FileKind | undefined])[] = [
  [
    "m.json",
    '{"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/manifest/v12.json"},"nodes":{}}',
    "dbt",
  ],
  [
    "m.json",
    '{"nodes":{},"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/catalog/v1.json"}}',
    "dbt",
  ],
  [
    "e.json",
    '{"eventType":"START","eventTime":"2026-01-01T00:00:00Z","run":{},"job":{}}\n',
    "openlineage",
  ],
  ["g.json", '{"assets":[{"id":"a","kind":"table"}],"edges":[]}', "graph"],
  ["g.json", '{"schema_version":1,"scenarios":[]}', "graph"],
  ["g.json", '{"assets":"x"}', "graph"],
  ["g.json", '{"assets":{},"edges":[]}', "graph"],
  ["stats.json", '{"assets":[{"name":"main.js"}],"chunks":[],"modules":[]}', undefined],
  ["g.yaml", "assets:\n  - id: a\nedges: []\n", "graph"],
  ["c.csv", "name,kind,owner,sql\n", "consumers"],
  ["data.csv", "id,amount\n1,2\n", undefined],
  ["a.sql", "create table t (a int)", "sql"],
  ["model.sql", "select * from {{ ref('orders') }}", undefined],
  ["r.json", '{"project":"p","featureViews":[],"entities":[]}', "feast"],
  ["run.json", '{"info":{"run_id":"1"},"data":{}}', "mlflow"],
  ["m/MLmodel", "flavors: {}\nsignature: x\n", "mlflow"],
  ["board/dashboard.yaml", "dashboard_title: Board\nuuid: 1\nposition: {}\n", "superset"],
  ["board/dataset.yaml", "table_name: orders\nuuid: 1\n", "superset"],
  ["charts/values.yaml", "replicas: 3\n", undefined],
  ["x/charts/a.yaml", "slice_name: A\nuuid: 1\n", "superset"],
  ["package.json", '{"name":"x","version":"1"}', undefined],
  ["notes.txt", "hello", undefined],
];

describe("what a file is", () => {
  it.each(cases)("%s %s", (path, text, kind) => {
    expect(recogniseFile({ path, text })).toBe(kind);
  });
});
