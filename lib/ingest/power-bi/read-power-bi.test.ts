import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { READS_NOT_KNOWN } from "#lib/model/claim.ts";
import type { AssetFact, SourceFile } from "#lib/model/fact.ts";
import { readDax } from "./dax-references.ts";
import { parseTmdl } from "./parse-tmdl.ts";
import { readPowerBi } from "./read-power-bi.ts";

const SALES = `/// What was sold
table Sales
	lineageTag: 1

	measure 'Net Sales' = SUM(Sales[Net Price]) - [Refunds]
		formatString: 0

	measure Refunds =
			VAR x = CALCULATE(SUM('Refunds Table'[Amount]), 'Calendar'[Year] = 2024) // "not [Gone]"
			RETURN x
		formatString: 0

	measure Rows = COUNTROWS(Sales)

	column 'Net Price'
		dataType: double
		sourceColumn: net_price

	column Band = IF(Sales[Net Price] > 10, "big", "small")
		dataType: string

	column Key
		dataType: int64
		sourceColumn: key

	partition Sales = m
		mode: import
		source =
				let
				    Source = Sql.Database(Server, "dwh"),
				    T = Source{[Schema="mart",Item="sales"]}[Data]
				in
				    T

	annotation PBI_ResultType = Table
`;
const table = (name: string, columns: readonly string[], source: string) =>
  `table '${name}'\n\n${columns.map((column) => `\tcolumn ${column}\n\t\tsourceColumn: ${column}\n`).join("\n")}\n\tpartition p = m\n\t\tmode: import\n\t\tsource = ${source}\n`;
const CALENDAR = table(
  "Calendar",
  ["Key", "Year"],
  'Sql.Database("srv", "dwh"){[Schema="mart",Item="calendar"]}[Data]',
);
const REFUNDS = table(
  "Refunds Table",
  ["Amount"],
  'Sql.Database("srv", "dwh"){[Schema="mart",Item="refunds"]}[Data]',
);
const RELATIONS = `relationship r1\n\tfromColumn: Sales.Key\n\ttoColumn: Calendar.Key\n`;
const EXPRESSIONS = `expression Server = "srv" meta [IsParameterQuery=true, Type="Text"]\n\tlineageTag: 2\n`;

const MODEL: readonly SourceFile[] = [
  { path: "Shop.SemanticModel/definition/tables/Sales.tmdl", text: SALES },
  { path: "Shop.SemanticModel/definition/tables/Calendar.tmdl", text: CALENDAR },
  { path: "Shop.SemanticModel/definition/tables/Refunds Table.tmdl", text: REFUNDS },
  { path: "Shop.SemanticModel/definition/relationships.tmdl", text: RELATIONS },
  { path: "Shop.SemanticModel/definition/expressions.tmdl", text: EXPRESSIONS },
];

const json = (path: string, value: unknown): SourceFile => ({ path, text: JSON.stringify(value) });
const POINTER = json("Board.Report/definition.pbir", {
  datasetReference: { byPath: { path: "../Shop.SemanticModel" } },
});
const entity = (Entity: string) => ({ SourceRef: { Entity } });
const measure = (table: string, Property: string) => ({
  Measure: { Expression: entity(table), Property },
});
const column = (table: string, Property: string) => ({
  Column: { Expression: entity(table), Property },
});
const visual = (fields: readonly unknown[], filters: readonly unknown[] = []): SourceFile =>
  json("Board.Report/definition/pages/p1/visuals/v1/visual.json", {
    $schema:
      "https://developer.microsoft.com/json-schemas/fabric/item/report/definition/visualContainer/1.0.0/schema.json",
    name: "v1abcdef",
    visual: {
      visualType: "card",
      query: { queryState: { Values: { projections: fields.map((field) => ({ field })) } } },
    },
    filterConfig: { filters: filters.map((field) => ({ field })) },
  });
const PAGE = json("Board.Report/definition/pages/p1/page.json", { displayName: "Overview" });

const named = (facts: readonly AssetFact[], name: string): AssetFact => {
  const found = facts.find((fact) => fact.name.name === name);
  if (!found) throw new Error(`no ${name} among ${facts.map((fact) => fact.name.name).join(", ")}`);
  return found;
};
const edgesOf = (fact: AssetFact): readonly string[] =>
  fact.edges
    .map(
      ({ from, use, toColumn }) =>
        `${from.name.name}.${from.column ?? "*"} ${use}${toColumn ? ` > ${toColumn}` : ""}`,
    )
    .sort();

describe("a semantic model", () => {
  it("gives each table as the query that its refresh sends, with its parameters filled in", () => {
    const { facts, problems } = readPowerBi(MODEL);
    expect(problems).toEqual([]);
    const sales = named(facts, "Shop/Sales");
    expect(sales).toMatchObject({ kind: "table", columnsComplete: true });
    expect(sales.columns?.map(({ name }) => name)).toEqual(["Net Price", "Key"]);
    expect(sales.queries[0]).toMatchObject({
      dialect: "tsql",
      sql: "SELECT s1.net_price AS [Net Price], s1.[key] AS [Key]\nFROM dwh.mart.sales AS s1".replace(
        "[key]",
        "key",
      ),
    });
    expect(named(facts, "dwh.mart.sales")).toMatchObject({
      placeholder: true,
      name: { namespace: "mssql://srv" },
    });
  });

  it("is read however deep its query is indented, and without one says so", () => {
    const one = `table T\n\tcolumn a\n\t\tsourceColumn: a\n\tpartition T = m\n\t\tmode: import\n\t\tsource =\n\t\t\tlet\n\t\t\t\tS = Sql.Database("srv","d"){[Schema="s",Item="t"]}[Data]\n\t\t\tin\n\t\t\t\tS\n`;
    const file = (text: string) => [{ path: "M.SemanticModel/definition/tables/T.tmdl", text }];
    expect(named(readPowerBi(file(one)).facts, "M/T").queries).toHaveLength(1);
    const bare = "table T\n\tcolumn a\n\t\tsourceColumn: a\n";
    expect(readPowerBi(file(bare)).problems).toMatchObject([{ code: "sql-not-understood" }]);
  });

  it("that lies where it is read names its table instead of a query", () => {
    const direct = `table T\n\tcolumn a\n\t\tsourceColumn: a\n\tpartition T = entity\n\t\tmode: directLake\n\t\tsource\n\t\t\tentityName: t\n\t\t\tschemaName: s\n\t\t\texpressionSource: DatabaseQuery\n`;
    const { facts } = readPowerBi([
      { path: "M.SemanticModel/definition/tables/T.tmdl", text: direct },
      {
        path: "M.SemanticModel/definition/expressions.tmdl",
        text: 'expression DatabaseQuery =\n\t\tlet d = Sql.Database("srv", "lake") in d\n',
      },
    ]);
    expect(named(facts, "M/T").queries[0]?.sql).toContain("FROM lake.s.t");
  });

  it("reads other tables by the names of their queries: joined, and behind a step that is not understood", () => {
    const table = (name: string, columns: readonly string[], steps: string) => ({
      path: `M.SemanticModel/definition/tables/${name}.tmdl`,
      text: `table ${name}\n${columns.map((column) => `\tcolumn ${column}\n\t\tsourceColumn: ${column}\n`).join("")}\tpartition ${name} = m\n\t\tmode: import\n\t\tsource =\n\t\t\tlet\n\t\t\t\t${steps}\n`,
    });
    const from = (item: string) =>
      `PostgreSQL.Database("srv","dwh"){[Schema="s",Item="${item}"]}[Data]`;
    const regions = table("Regions", ["id", "manager"], `S = ${from("regions")} in S`);
    const orders = (step: string) =>
      table(
        "Orders",
        ["region", "boss"],
        `S = ${step}, J = Table.NestedJoin(S, {"region"}, Regions, {"id"}, "R", JoinKind.LeftOuter), E = Table.ExpandTableColumn(J, "R", {"manager"}, {"boss"}) in E`,
      );
    const read = (step: string) => named(readPowerBi([orders(step), regions]).facts, "M/Orders");
    expect(read(from("orders")).queries[0]?.sql).toContain("dwh.s.regions");
    const lost = read(`Fix(${from("orders")})`);
    expect(lost.queries).toEqual([]);
    expect(lost.edges.map((edge) => edge.from.name.name).sort()).toEqual([
      "dwh.s.orders",
      "dwh.s.regions",
    ]);
  });

  it("is filled from where nobody can say, by a dataflow or a connector that is not read here", () => {
    const table = (name: string, steps: string) => ({
      path: `M.SemanticModel/definition/tables/${name}.tmdl`,
      text: `table ${name}\n\tcolumn a\n\t\tsourceColumn: a\n\tpartition ${name} = m\n\t\tmode: import\n\t\tsource =\n\t\t\t\tlet\n\t\t\t\t\t${steps}\n`,
    });
    const { facts } = readPowerBi([
      table("Flow", "S = PowerPlatform.Dataflows(null) in S"),
      table("Known", 'S = Fix(PostgreSQL.Database("s","d"){[Schema="s",Item="t"]}[Data]) in S'),
      table("Typed", 'S = #table({"a"}, {{1}}) in S'),
    ]);
    const isHidden = (name: string) =>
      named(facts, `M/${name}`).attributes.extra?.[READS_NOT_KNOWN] === true;
    expect(["Flow", "Known", "Typed"].map(isHidden)).toEqual([true, false, false]);
  });

  it("as JSON says the same", () => {
    const bim = json("Shop.Dataset/model.bim", {
      compatibilityLevel: 1550,
      model: {
        tables: [
          {
            name: "Sales",
            columns: [{ name: "Net Price", dataType: "double", sourceColumn: "net_price" }],
            measures: [{ name: "Net", expression: ["SUM(", "Sales[Net Price])"] }],
            partitions: [
              {
                mode: "directQuery",
                source: {
                  type: "m",
                  expression: [
                    "let",
                    'S = Sql.Database("srv","dwh"){[Schema="mart",Item="sales"]}[Data]',
                    "in S",
                  ],
                },
              },
            ],
          },
        ],
      },
    });
    expect(named(readPowerBi([bim]).facts, "Shop/Sales")).toMatchObject({
      kind: "view",
      queries: [{ sql: "SELECT s1.net_price AS [Net Price]\nFROM dwh.mart.sales AS s1" }],
    });
  });
});

describe("a visual", () => {
  it("reads the columns below its measures, the rows that it counts, its filters and the keys between its tables", () => {
    const { facts, problems } = readPowerBi([
      ...MODEL,
      POINTER,
      PAGE,
      visual(
        [measure("Sales", "Net Sales"), measure("Sales", "Rows")],
        [column("Calendar", "Year")],
      ),
    ]);
    expect(problems).toEqual([]);
    const card = named(facts, "Board/Overview/card (v1abcd)");
    expect(card.attributes.partOf).toBe("powerbi/Board");
    expect(edgesOf(card)).toEqual([
      "Shop/Calendar.Key JOIN_LEFT",
      "Shop/Calendar.Year BI_FILTER",
      "Shop/Calendar.Year MEASURE > Net Sales",
      "Shop/Refunds Table.Amount MEASURE > Net Sales",
      "Shop/Sales.* COUNT_STAR > Rows",
      "Shop/Sales.Key JOIN_LEFT",
      "Shop/Sales.Net Price MEASURE > Net Sales",
    ]);
  });

  it("reads the columns below a calculated column", () => {
    const { facts } = readPowerBi([...MODEL, POINTER, PAGE, visual([column("Sales", "Band")])]);
    expect(edgesOf(named(facts, "Board/Overview/card (v1abcd)"))).toEqual([
      "Shop/Sales.Net Price DIMENSION > Band",
    ]);
  });

  it("of the older format is read as well, with the short names of its query", () => {
    const config = {
      name: "abcdef123",
      singleVisual: {
        visualType: "barChart",
        prototypeQuery: {
          From: [{ Name: "s", Entity: "Sales" }],
          Select: [
            {
              Aggregation: {
                Expression: {
                  Column: { Expression: { SourceRef: { Source: "s" } }, Property: "Net Price" },
                },
                Function: 0,
              },
            },
          ],
        },
      },
    };
    const report = json("Board.Report/report.json", {
      config: "{}",
      sections: [
        {
          displayName: "Main",
          filters: "[]",
          visualContainers: [{ config: JSON.stringify(config), filters: "[]" }],
        },
      ],
    });
    const { facts } = readPowerBi([...MODEL, POINTER, report]);
    expect(edgesOf(named(facts, "Board/Main/barChart (abcdef)"))).toEqual([
      "Shop/Sales.Net Price MEASURE > Net Price",
    ]);
  });

  it("reads the column of a hierarchy's level, whatever the level is called", () => {
    const level = (hierarchy: string, name: string) => ({
      HierarchyLevel: {
        Expression: {
          Hierarchy: {
            Expression: { SourceRef: { Entity: "Calendar" } },
            Hierarchy: hierarchy,
          },
        },
        Level: name,
      },
    });
    const fields = [level("By year", "Y"), level("By key", "Y"), level("Gone", "Year")];
    const edges = [
      "Shop/Calendar.Key DIMENSION > Y",
      "Shop/Calendar.Year DIMENSION > Y",
      "Shop/Calendar.Year DIMENSION > Year",
    ];
    const hierarchies = [
      { name: "By year", levels: [{ name: "Y", column: "Year" }] },
      { name: "By key", levels: [{ name: "Y", column: "Key" }] },
    ];
    const tmdl = hierarchies
      .map(
        ({ name, levels }) =>
          `\thierarchy '${name}'\n${levels.map((one) => `\t\tlevel ${one.name}\n\t\t\tcolumn: '${one.column}'\n`).join("")}`,
      )
      .join("");
    const inText = MODEL.map((file) =>
      file.text.includes("table 'Calendar'") ? { ...file, text: `${file.text}${tmdl}` } : file,
    );
    const inJson = json("Shop.SemanticModel/model.bim", {
      model: {
        tables: [
          {
            name: "Calendar",
            columns: [
              { name: "Key", sourceColumn: "Key" },
              { name: "Year", sourceColumn: "Year" },
            ],
            hierarchies,
            partitions: [
              { source: { expression: 'Sql.Database("s", "d"){[Schema="m",Item="c"]}[Data]' } },
            ],
          },
        ],
      },
    });
    for (const model of [inText, [inJson]]) {
      const { facts, problems } = readPowerBi([...model, POINTER, PAGE, visual(fields)]);
      expect(problems).toEqual([]);
      expect(edgesOf(named(facts, "Board/Overview/card (v1abcd)"))).toEqual(edges);
    }
  });

  it("with a field that the model has not, says so, and is not known", () => {
    const { facts, problems } = readPowerBi([
      ...MODEL,
      POINTER,
      PAGE,
      visual([column("Sales", "Gone")]),
    ]);
    expect(problems).toMatchObject([{ code: "unknown-column" }]);
    expect(edgesOf(named(facts, "Board/Overview/card (v1abcd)"))).toEqual(["Shop/Sales.* UNKNOWN"]);
  });
});

it("a scan of the tenant tells which report reads which model, and what a model reads", () => {
  const scan = json("scan.json", {
    workspaces: [
      {
        id: "w",
        name: "Finance",
        datasets: [
          {
            id: "d1",
            name: "Shop",
            tables: [
              {
                name: "Sales",
                columns: [{ name: "net_price", dataType: "Double", columnType: "Data" }],
                source: [
                  {
                    expression:
                      'let S = Sql.Database("srv","dwh"){[Schema="mart",Item="sales"]}[Data] in S',
                  },
                ],
              },
            ],
          },
        ],
        reports: [
          { id: "r1", name: "Board", datasetId: "d1" },
          { id: "r2", name: "Lost", datasetId: "elsewhere" },
        ],
        dashboards: [{ id: "b1", displayName: "Wall", tiles: [{ reportId: "r1" }] }],
      },
    ],
  });
  const { facts, problems } = readPowerBi([scan]);
  expect(named(facts, "Shop/Sales").queries).toHaveLength(1);
  expect(edgesOf(named(facts, "Board"))).toEqual(["Shop/Sales.* UNKNOWN"]);
  expect(edgesOf(named(facts, "Wall"))).toEqual(["Board.* IDENTITY"]);
  expect(problems).toMatchObject([{ code: "unresolved-name" }]);
});

describe("DAX", () => {
  it("tells columns, measures and tables from words, texts and comments", () => {
    const dax = `VAR t = FILTER('My Table', 'My Table'[a] > 1 && Sales[b c] <> "x[y]") -- [z]
      RETURN COUNTROWS(Sales) + [Net] /* [w] */`;
    expect(readDax(dax, (name) => ["Sales", "My Table"].includes(name))).toEqual({
      qualified: [
        { table: "My Table", name: "a" },
        { table: "Sales", name: "b c" },
      ],
      bare: ["Net"],
      tables: ["My Table", "Sales"],
    });
  });
});

it("TMDL is never thrown at, however it was mangled", () => {
  fc.assert(
    fc.property(fc.nat(SALES.length), fc.nat(40), fc.string({ maxLength: 6 }), (at, cut, put) => {
      parseTmdl(SALES.slice(0, at) + put + SALES.slice(at + cut));
    }),
  );
});
