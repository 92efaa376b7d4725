import { expect, it } from "vitest";
import { readScannerAnswer } from "./read-scanner-answer.ts";

it("lets a model that is built on another read that one's tables, also where its query names no table", () => {
  const orders = (expression: string, name = "Orders") => ({
    name,
    columns: [{ name: "amount", dataType: "Double", columnType: "Data" }],
    source: [{ expression }],
  });
  const scan = JSON.stringify({
    workspaces: [
      {
        id: "w2",
        name: "Finance",
        datasets: [
          {
            id: "d2",
            name: "Composite",
            upstreamDatasets: [{ targetDatasetId: "d1", groupId: "w1" }],
            tables: [
              orders(
                'let S = AnalysisServices.Database("powerbi://api.powerbi.com/v1.0/myorg/Sales", "Shop") in S',
              ),
              orders(
                'let S = Sql.Database("srv","dwh"){[Schema="mart",Item="goal"]}[Data] in S',
                "Goal",
              ),
            ],
          },
        ],
        reports: [{ id: "r2", name: "Board", datasetId: "d2" }],
      },
      {
        id: "w1",
        name: "Sales",
        datasets: [
          {
            id: "d1",
            name: "Shop",
            tables: [
              orders('let S = Sql.Database("srv","dwh"){[Schema="mart",Item="sales"]}[Data] in S'),
            ],
          },
        ],
      },
    ],
  });
  const { facts } = readScannerAnswer({ path: "scan.json", text: scan });
  const edgesOf = (name: string) =>
    facts
      .find((fact) => fact.name.name === name)
      ?.edges.map(({ from, use }) => [from.name.name, use]);
  expect(edgesOf("Composite/Orders")).toEqual([["Shop/Orders", "UNKNOWN"]]);
  expect(edgesOf("Composite/Goal")).toEqual([]);
});
