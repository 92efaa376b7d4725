import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AssetFact } from "#lib/model/fact.ts";
import { readTableau } from "./read-tableau.ts";
import { translateFormula } from "./translate-formula.ts";

const record = (parent: string, column: string, local = column, type = "string") =>
  `<metadata-record class='column'><remote-name>${column}</remote-name><local-name>[${local}]</local-name><parent-name>[${parent}]</parent-name><local-type>${type}</local-type></metadata-record>`;

const instance = (column: string, derivation: string, name: string) =>
  `<column-instance column='[${column}]' derivation='${derivation}' name='[${name}]' pivot='key' type='x'/>`;

const SHOP = `<datasource caption='Shop' name='federated.1' version='18.1'>
  <connection class='federated'>
    <named-connections><named-connection name='pg.1'><connection class='postgres' dbname='shop' port='5432' server='db' username='u'/></named-connection></named-connections>
    <relation join='left' type='join'>
      <clause type='join'><expression op='='><expression op='[orders].[id]'/><expression op='[refunds].[order_id]'/></expression></clause>
      <relation connection='pg.1' name='orders' table='[mart].[orders]' type='table'/>
      <relation connection='pg.1' name='refunds' table='[mart].[refunds]' type='table'/>
    </relation>
    <metadata-records>${record("orders", "id")}${record("orders", "amount")}${record("orders", "channel")}${record("orders", "day")}${record("refunds", "order_id")}${record("refunds", "amount", "amount (refunds)")}</metadata-records>
  </connection>
  <column caption='Net' name='[Calculation_1]' role='measure'><calculation class='tableau' formula='SUM([amount]) - ZN(SUM([amount (refunds)])) // what stays'/></column>
  <column caption='Band' name='[Calculation_2]' role='dimension'><calculation class='tableau' formula='IF [amount] &gt; [Parameters].[Limit] THEN "big" ELSEIF [amount] == 0 THEN &apos;none&apos; ELSE "it&apos;s small" END'/></column>
</datasource>`;

const sheet = (name: string, source: string, dependencies: string, rest: string) =>
  `<worksheet name='${name}'><table><view><datasources><datasource name='${source}'/></datasources><datasource-dependencies datasource='${source}'>${dependencies}</datasource-dependencies>${rest}</table></worksheet>`;

const workbook = (datasources: string, sheets: string, dashboards = "") =>
  `<?xml version='1.0'?><workbook source-build='2024.1' version='18.1'><datasources>${datasources}</datasources><worksheets>${sheets}</worksheets><dashboards>${dashboards}</dashboards></workbook>`;

const read = (text: string, path = "Sales.twb") => readTableau([{ path, text }]);
const named = (facts: readonly AssetFact[], name: string): AssetFact => {
  const found = facts.find((fact) => fact.name.name === name);
  if (!found) throw new Error(`no ${name} among ${facts.map((fact) => fact.name.name).join(", ")}`);
  return found;
};

describe("a worksheet", () => {
  const net = sheet(
    "Net",
    "federated.1",
    instance("Calculation_1", "User", "usr:Calculation_1:qk") +
      instance("day", "Month-Trunc", "tmn:day:qk") +
      instance("channel", "None", "none:channel:nk"),
    `<filter class='categorical' column='[federated.1].[none:channel:nk]'/></view><rows>[federated.1].[usr:Calculation_1:qk]</rows><cols>[federated.1].[tmn:day:qk]</cols>`,
  );

  it("is the query that Tableau sends: joined tables, folded fields, filters, formulas unfolded", () => {
    const { facts, problems } = read(workbook(SHOP, net));
    expect(problems).toEqual([]);
    const [query] = named(facts, "Sales/Net").queries;
    expect(query?.sql).toBe(
      [
        `SELECT (SUM("orders".amount) - COALESCE(SUM("refunds".amount), 0)) AS "Net", date_part('month_trunc', "orders".day) AS "Month-Trunc of day"`,
        `FROM shop.mart.orders AS "orders"`,
        `LEFT JOIN shop.mart.refunds AS "refunds" ON ("orders"."id" = "refunds"."order_id")`,
        `WHERE "orders".channel IN ('kept')`,
        `GROUP BY date_part('month_trunc', "orders".day)`,
      ].join("\n"),
    );
    expect(query?.roles).toEqual([
      { column: "Net", use: "MEASURE" },
      { column: "Month-Trunc of day", use: "DIMENSION" },
    ]);
  });

  it("tells of its tables with the columns that it saw, as what others own", () => {
    const orders = named(read(workbook(SHOP, net)).facts, "shop.mart.orders");
    expect(orders).toMatchObject({ placeholder: true, path: ["shop", "mart", "orders"] });
    expect(orders.columns?.map(({ name }) => name)).toEqual(["id", "amount", "channel", "day"]);
  });

  it("belongs to the dashboard that shows it; a second dashboard takes it as it is", () => {
    const zones = (name: string) =>
      `<dashboard name='${name}'><zones><zone id='1'><zone id='2' name='Net'/></zone></zones></dashboard>`;
    const { facts } = read(workbook(SHOP, net, zones("Board") + zones("Other")));
    expect(named(facts, "Sales/Net").attributes.partOf).toBe("tableau/Sales%2FBoard");
    expect(named(facts, "Sales/Board").edges).toEqual([]);
    expect(named(facts, "Sales/Other").edges[0]?.from.name.name).toBe("Sales/Net");
  });

  it("that shows Measure Values reads the measures that its filter lists", () => {
    const many = sheet(
      "Many",
      "federated.1",
      instance("amount", "Sum", "sum:amount:qk"),
      `<filter class='categorical' column='[federated.1].[:Measure Names]'><groupfilter function='member' member='&quot;[federated.1].[sum:amount:qk]&quot;'/></filter></view><rows>[federated.1].[Multiple Values]</rows><cols>[federated.1].[:Measure Names]</cols>`,
    );
    expect(named(read(workbook(SHOP, many)).facts, "Sales/Many").queries[0]?.sql).toContain(
      'SELECT SUM("orders".amount) AS "Sum of amount"',
    );
  });

  describe("chooses rows by what orders and tests them, shown or not", () => {
    const order = (expression: string) =>
      `<groupfilter count='10' end='top' function='end'><groupfilter direction='DESC' expression='${expression}' function='order'><groupfilter function='level-members' level='[channel]'/></groupfilter></groupfilter>`;
    const sqlWith = (filter: string, source = SHOP) => {
      const one = sheet(
        "Top",
        "federated.1",
        instance("channel", "None", "none:channel:nk"),
        `<filter class='categorical' ${filter}</filter></view><rows>[federated.1].[none:channel:nk]</rows><cols/>`,
      );
      return named(read(workbook(source, one)).facts, "Sales/Top").queries[0]?.sql;
    };
    const channel = "column='[federated.1].[none:channel:nk]'>";

    it.each([
      ["a filter by the first ten", `${channel}${order("SUM([amount (refunds)])")}`],
      ["a filter by a calculated sum", `${channel}${order("[Calculation_1]")}`],
      [
        "a filter by a condition, with the source's name",
        `${channel}<groupfilter function='filter' expression='SUM([federated.1].[amount (refunds)]) &gt; 5'/>`,
      ],
      ["an aggregate as the filter", "column='[federated.1].[usr:Calculation_1:qk]'>"],
    ])("%s", (_, filter) => {
      expect(sqlWith(filter)).toMatch(/WHERE .*"refunds"\.amount/);
    });

    it("a set of the data source", () => {
      const set = `<group name='[Top channels]'>${order("SUM([amount (refunds)])")}</group></datasource>`;
      const source = SHOP.replace("</datasource>", set);
      expect(sqlWith("column='[federated.1].[Top channels]'>", source)).toMatch(
        /WHERE .*"refunds"\.amount/,
      );
    });
  });

  it("over custom SQL reads what the SQL reads", () => {
    const custom = `<datasource name='sql.1' version='18.1'><connection class='snowflake' dbname='DWH' server='acme.snowflakecomputing.com'>
      <relation name='Custom SQL Query' type='text'>select region, amount from fin.orders where amount &lt;&lt; 10 and kind = &lt;[Parameters].[Kind]&gt;;</relation>
      <metadata-records>${record("Custom SQL Query", "REGION")}${record("Custom SQL Query", "AMOUNT")}</metadata-records></connection></datasource>`;
    const one = sheet(
      "Regions",
      "sql.1",
      instance("REGION", "None", "none:REGION:nk"),
      "</view><rows>[sql.1].[none:REGION:nk]</rows><cols/>",
    );
    const [query] = named(read(workbook(custom, one)).facts, "Sales/Regions").queries;
    expect(query).toMatchObject({ dialect: "snowflake" });
    expect(query?.sql).toContain(
      "select region, amount from fin.orders where amount < 10 and kind = NULL\n)",
    );
  });

  it("is kept to the rows that its data source keeps", () => {
    const filtered = SHOP.replace(
      "</datasource>",
      "<filter class='categorical' column='[channel]'><groupfilter function='member' level='[channel]' member='&quot;web&quot;'/></filter></datasource>",
    );
    const one = sheet(
      "Sum",
      "federated.1",
      instance("amount", "Sum", "sum:amount:qk"),
      "</view><rows>[federated.1].[sum:amount:qk]</rows><cols/>",
    );
    expect(named(read(workbook(filtered, one)).facts, "Sales/Sum").queries[0]?.sql).toContain(
      `WHERE "orders".channel IN ('kept')`,
    );
  });

  const published = (calculated = "") =>
    `<datasource caption='Sales (live)' name='sqlproxy.1' version='18.1'><repository-location id='SalesLive' path='/datasources'/><connection class='sqlproxy' dbname='SalesLive' server='tableau'><relation name='sqlproxy' table='[sqlproxy]' type='table'/></connection>${calculated}</datasource>`;
  const definition = SHOP.replace("name='federated.1'", "formatted-name='federated.1'").replace(
    "<connection class='federated'>",
    "<repository-location id='SalesLive'/><connection class='federated'>",
  );
  const live = (field: string) =>
    sheet(
      "Live",
      "sqlproxy.1",
      instance(field, "Sum", `sum:${field}:qk`),
      `</view><rows>[sqlproxy.1].[sum:${field}:qk]</rows><cols/>`,
    );

  it("over a published data source reads its fields, where the definition is not among the files", () => {
    const { facts } = read(workbook(published(), live("amount")));
    expect(named(facts, "Sales/Live").edges).toEqual([
      expect.objectContaining({
        from: { name: { namespace: "tableau", name: "SalesLive" }, column: "amount" },
        use: "MEASURE",
      }),
    ]);
  });

  it("computes with fields of a published data source, whose definition came with another reading", () => {
    const own = `<column caption='Twice' name='[Calculation_9]'><calculation class='tableau' formula='[Calculation_8] * 2'/></column><column name='[Calculation_8]'><calculation class='tableau' formula='ZN([amount]) + [fee]'/></column>`;
    const { facts } = read(workbook(published(own), live("Calculation_9")));
    expect(named(facts, "Sales/Live").edges.map(({ from, use }) => [from.column, use])).toEqual([
      ["amount", "MEASURE"],
      ["fee", "MEASURE"],
    ]);
    const count = `<column name='[N]'><calculation class='tableau' formula='1'/></column>`;
    const counted = read(workbook(published(count), live("N"))).facts;
    expect(named(counted, "Sales/Live").edges.map(({ from, use }) => [from.column, use])).toEqual([
      [undefined, "COUNT_STAR"],
    ]);
  });

  it("over a published data source whose definition is there is a query of its own fields alone", () => {
    const own = `<column name='[Twice]'><calculation class='tableau' formula='[amount] * 2'/></column>`;
    const { facts } = readTableau([
      { path: "w.twb", text: workbook(published(own), live("Twice")) },
      { path: "SalesLive.tds", text: definition },
    ]);
    expect(named(facts, "w/Live").queries[0]?.sql).toContain(
      'SELECT SUM(("orders".amount * 2)) AS "Sum of Twice"\nFROM shop.mart.orders AS "orders"',
    );
    expect(
      named(facts, "SalesLive")
        .queries.map(({ sql }) => sql)
        .join(),
    ).toContain('"orders".amount AS "amount"');
  });

  it("that places nothing that can be read still reads its data source, in a way that is not known", () => {
    const map = sheet("Map", "federated.1", "", "</view><rows/><cols/>");
    expect(named(read(workbook(SHOP, map)).facts, "Sales/Map").edges).toMatchObject([
      { use: "UNKNOWN", from: { name: { name: "shop.mart.orders" } } },
      { use: "UNKNOWN", from: { name: { name: "shop.mart.refunds" } } },
    ]);
  });

  it("that uses a field which its data source has not says so", () => {
    const lost = sheet(
      "Lost",
      "federated.1",
      instance("gone", "None", "none:gone:nk"),
      "</view><rows>[federated.1].[none:gone:nk]</rows><cols/>",
    );
    expect(read(workbook(SHOP, lost)).problems).toMatchObject([{ code: "unknown-column" }]);
  });
});

describe("a formula", () => {
  const translate = (formula: string) =>
    translateFormula(formula, (name) => ({ sql: name, aggregated: name === "Agg" }));

  it.each([
    [
      "IF [a] = 1 THEN 'x' ELSEIF [b] THEN 'y' ELSE NULL END",
      "CASE WHEN a = 1 THEN 'x' WHEN b THEN 'y' ELSE NULL END",
    ],
    ["IIF([a] > 1, [b], 0)", "CASE WHEN a > 1 THEN b ELSE 0 END"],
    ["COUNTD([a])", "COUNT(DISTINCT a)"],
    ["{FIXED [a], [b] : SUM([c])}", "(SUM(c) OVER (PARTITION BY a, b))"],
    ["{MAX([a])}", "(MAX(a) OVER ())"],
    ['CASE [a] WHEN "it\'s" THEN 1 END', "CASE a WHEN 'it''s' THEN 1 END"],
    ["[d] >= #2024-01-01#", "d >= '2024-01-01'"],
    ["DATETRUNC('month', [d])", "DATETRUNC('month', d)"],
    ["[a] IN ('x', 'y') AND NOT ISNULL([b])", "a IN ('x', 'y') AND NOT (b IS NULL)"],
  ])("%s", (formula, sql) => {
    expect(translate(formula).sql.replace(/ \( /g, " (")).toBe(sql);
  });

  it("that is not understood loses none of its fields", () => {
    expect(translate("SCRIPT_REAL('`x`', SUM([a]) ¤ [b])").sql).toBe("tableau_formula(a, b)");
    expect(translate("SUM([a]").sql).toBe("tableau_formula(a)");
  });

  it("knows whether it aggregates: a level of detail does not", () => {
    expect(translate("SUM([a]) / 2").aggregated).toBe(true);
    expect(translate("[Agg] + 1").aggregated).toBe(true);
    expect(translate("{FIXED [a] : SUM([c])}").aggregated).toBe(false);
    expect(translate("[a] + 1").aggregated).toBe(false);
  });
});

describe("bad input", () => {
  it.each([
    ["cut off", "<workbook version='18.1'><datasources>", "bad-xml"],
    [
      "with a document type",
      "<!DOCTYPE w [<!ENTITY a 'aaaa'>]><workbook version='1'>&a;</workbook>",
      "bad-xml",
    ],
    ["nested without end", `<workbook version='1'>${"<a>".repeat(100_000)}`, "bad-xml"],
    ["something else", "<svg></svg>", "not-recognised"],
  ])("%s is a problem with its file", (_, text, code) => {
    const { facts, problems } = read(text, "bad.twb");
    expect(facts).toEqual([]);
    expect(problems).toMatchObject([{ code, file: "bad.twb" }]);
  });

  it("is never thrown at, however a workbook was mangled", () => {
    const whole = workbook(SHOP, sheet("A", "federated.1", "", "</view><rows/><cols/>"));
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(60), fc.string({ maxLength: 8 }), (at, cut, put) => {
        const { facts, problems } = read(whole.slice(0, at) + put + whole.slice(at + cut));
        expect(facts.length + problems.length).toBeGreaterThan(0);
      }),
    );
  });
});

it("an answer of the Metadata API gives sheets with the columns of their fields", () => {
  const column = {
    name: "amount",
    table: {
      fullName: "[mart].[orders]",
      database: { name: "shop", connectionType: "postgres", hostName: "db" },
    },
  };
  const { facts, problems } = readTableau([
    {
      path: "answer.json",
      text: JSON.stringify({
        data: {
          workbooks: [
            {
              name: "Sales",
              owner: { name: "bi-team" },
              dashboards: [{ name: "Board", sheets: [{ id: "s1", name: "Net" }] }],
              sheets: [
                {
                  id: "s1",
                  name: "Net",
                  sheetFieldInstances: [
                    { name: "Amount", role: "MEASURE", upstreamColumns: [column] },
                  ],
                },
                { id: "s2", name: "Bare" },
              ],
            },
          ],
        },
      }),
    },
  ]);
  expect(named(facts, "Sales/Net")).toMatchObject({
    attributes: { partOf: "tableau/Sales%2FBoard", owner: "bi-team" },
    edges: [
      {
        from: { path: ["shop", "mart", "orders"], column: "amount" },
        toColumn: "Amount",
        use: "MEASURE",
      },
    ],
  });
  expect(problems).toMatchObject([{ code: "unresolved-name" }]);
});
