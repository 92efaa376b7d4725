import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readErrorText } from "./read-error-text.ts";

const MESSAGES: readonly (readonly [string, string, object])[] = [
  [
    "Spark, a column",
    "[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column, variable, or function parameter with name `o`.`amount_cents` cannot be resolved. Did you mean one of the following? [`o`.`order_id`, `o`.`amount`]. SQLSTATE: 42703; line 3 pos 7",
    { columns: ["o.amount_cents"], seen: ["o.order_id", "o.amount"], gone: ["o.amount_cents"] },
  ],
  [
    "Spark, a table",
    "[TABLE_OR_VIEW_NOT_FOUND] The table or view `shop`.`orders` cannot be found. Verify the spelling and correctness of the schema and catalog.",
    { tables: ["shop.orders"], gone: ["shop.orders"] },
  ],
  [
    "Spark, a cast",
    '[CAST_INVALID_INPUT] The value \'n/a\' of the type "STRING" cannot be cast to "INT" because it is malformed.\n== SQL (line 1, position 8) ==\nSELECT cast(amount as int) FROM shop.orders\n       ^^^^',
    { columns: ["amount"], tables: ["shop.orders"], unfit: ["amount"] },
  ],
  [
    "DuckDB, a column",
    'Binder Error: Referenced column "amount_cents" not found in FROM clause!\nCandidate bindings: "amount", "order_id"\n\nLINE 1: select amount_cents from orders',
    {
      columns: ["amount_cents"],
      tables: ["orders"],
      seen: ["amount", "order_id"],
      gone: ["amount_cents"],
    },
  ],
  [
    "DuckDB, a table",
    'Catalog Error: Table with name orders does not exist!\nDid you mean "orders_v2"?',
    { tables: ["orders"], seen: ["orders_v2"], gone: ["orders"] },
  ],
  [
    "DuckDB, a conversion",
    "Conversion Error: Could not convert string 'n/a' to INT32 when casting from source column amount",
    { columns: ["amount"], unfit: ["amount"] },
  ],
  [
    "PostgreSQL, a column",
    'ERROR:  column "amount_cents" does not exist',
    { columns: ["amount_cents"], gone: ["amount_cents"] },
  ],
  [
    "PostgreSQL, by an alias",
    "ERROR: column o.amount_cents does not exist",
    { columns: ["o.amount_cents"], gone: ["o.amount_cents"] },
  ],
  [
    "PostgreSQL, a table",
    'ERROR: relation "shop.orders" does not exist',
    { tables: ["shop.orders"], gone: ["shop.orders"] },
  ],
  [
    "PostgreSQL, a key",
    'psycopg2.errors.UniqueViolation: duplicate key value violates unique constraint "customers_email_key"\nDETAIL:  Key (email)=(a@x) already exists.',
    { tests: ["customers_email_key"], columns: ["email"], unfit: ["email"] },
  ],
  [
    "MySQL, a table",
    "java.sql.SQLSyntaxErrorException: Table 'shopdb.myorders' doesn't exist",
    { tables: ["shopdb.myorders"], gone: ["shopdb.myorders"] },
  ],
  [
    "MySQL, a column",
    "ERROR 1054 (42S22): Unknown column 'o.note' in 'field list'",
    { columns: ["o.note"], gone: ["o.note"] },
  ],
  [
    "SQL Server",
    "Msg 207, Level 16 Invalid column name 'note'. Msg 208 Invalid object name 'dbo.tsorders'.",
    { tables: ["dbo.tsorders"], columns: ["note"], gone: ["dbo.tsorders", "note"] },
  ],
  [
    "Trino, a column",
    "io.trino.spi.TrinoException: line 1:8: Column 'note' cannot be resolved",
    { columns: ["note"], gone: ["note"] },
  ],
  [
    "Trino, a table",
    "line 1:15: Table 'hive.shop.orders' does not exist",
    { tables: ["hive.shop.orders"], gone: ["hive.shop.orders"] },
  ],
  [
    "Oracle",
    'ORA-00904: "O"."NOTE": invalid identifier',
    { columns: ["O.NOTE"], gone: ["O.NOTE"] },
  ],
  [
    "ClickHouse, a column",
    "Code: 47. DB::Exception: Unknown expression or function identifier `note` in scope SELECT note FROM shop.orders",
    { columns: ["note"], gone: ["note"], tables: ["shop.orders"] },
  ],
  [
    "ClickHouse, a table",
    "DB::Exception: Table shop.orders does not exist. (UNKNOWN_TABLE)",
    { tables: ["shop.orders"], gone: ["shop.orders"] },
  ],
  [
    "Redshift, a column of a table",
    'ERROR: column "note" does not exist in rs.orders',
    { columns: ["note"], tables: ["rs.orders"], gone: ["note"] },
  ],
  [
    "PostgreSQL, a value",
    'ERROR: invalid input syntax for type integer: "n/a"\nCONTEXT:  COPY orders, line 2, column amount: "n/a"',
    { tables: ["orders"], columns: ["amount"], unfit: ["amount"] },
  ],
  [
    "PostgreSQL, a column that is written",
    'ERROR:  column "amount_cents" of relation "orders" does not exist',
    { tables: ["orders"], columns: ["amount_cents"], gone: ["amount_cents"] },
  ],
  [
    "Snowflake, a column",
    "000904 (42000): SQL compilation error: error line 3 at position 4\ninvalid identifier 'O.AMOUNT_CENTS'",
    { columns: ["O.AMOUNT_CENTS"], gone: ["O.AMOUNT_CENTS"] },
  ],
  [
    "Snowflake, a table",
    "002003 (42S02): SQL compilation error:\nObject 'RAW.SHOP.ORDERS' does not exist or not authorized.",
    { tables: ["RAW.SHOP.ORDERS"], gone: ["RAW.SHOP.ORDERS"] },
  ],
  [
    "BigQuery, a column",
    "400 Invalid query: Unrecognized name: amount_cents; Did you mean amount? at [3:8]",
    { columns: ["amount_cents"], seen: ["amount"], gone: ["amount_cents"] },
  ],
  [
    "BigQuery, a table",
    "404 Not found: Table my-project:shop.orders was not found in location EU",
    { tables: ["my-project.shop.orders"], gone: ["my-project.shop.orders"] },
  ],
  [
    "dbt, a model",
    'Database Error in model fct_revenue (models/marts/fct_revenue.sql)\n  column "amount_cents" does not exist\n  LINE 12: sum(amount_cents)',
    { failed: ["fct_revenue"], columns: ["amount_cents"], gone: ["amount_cents"] },
  ],
  [
    "dbt, a contract",
    "Compilation Error in model fct_revenue (models/fct_revenue.sql)\n  This model has an enforced contract that failed.\n  | column_name | definition_type | contract_type | mismatch_reason    |\n  | ----------- | --------------- | ------------- | ------------------ |\n  | amount      | VARCHAR         | INTEGER       | data type mismatch |",
    { failed: ["fct_revenue"], columns: ["amount"], unfit: ["amount"], own: ["amount"] },
  ],
  [
    "dbt, a column that the contract wants",
    "Compilation Error in model fct_revenue (models/fct_revenue.sql)\n  This model has an enforced contract that failed.\n  | column_name | definition_type | contract_type | mismatch_reason       |\n  | ----------- | --------------- | ------------- | --------------------- |\n  | amount      |                 | INTEGER       | missing in definition |",
    { failed: ["fct_revenue"], columns: ["amount"], gone: ["amount"], own: ["amount"] },
  ],
  [
    "dbt, a test",
    "Failure in test not_null_orders_id (models/schema.yml)\n  Got 3 results, configured to fail if != 0",
    { tests: ["not_null_orders_id"] },
  ],
  [
    "Airflow, a task",
    "[2026-11-17, 03:02:11 UTC] {taskinstance.py:2728} ERROR - Task failed with exception\nTraceback (most recent call last):\n  File \"/opt/airflow/dags/load.py\", line 12, in run\nKeyError: 'amount_cents'\n<TaskInstance: nightly.load_orders scheduled__2026-11-16 [failed]>",
    { failed: ["nightly.load_orders"], columns: ["amount_cents"], gone: ["amount_cents"] },
  ],
  ["pandas", "KeyError: 'amount_cents'", { columns: ["amount_cents"], gone: ["amount_cents"] }],
];

describe("the names in a pasted error text", () => {
  it.each(MESSAGES)("%s", (_, text, names) => {
    const none = {
      failed: [],
      tests: [],
      tables: [],
      columns: [],
      seen: [],
      gone: [],
      unfit: [],
      own: [],
    };
    expect(readErrorText(text)).toEqual({ ...none, ...names });
  });

  it("are not found in the name of a dashboard, nor in a sentence", () => {
    for (const text of ["Revenue today", "orders.amount", "Failed orders", "numbers from finance"])
      expect(readErrorText(text)).toBeUndefined();
  });

  it("are looked for in any text without an accident, and soon", () => {
    const parts = MESSAGES.map(([, text]) => text);
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...parts), fc.string())), (all) => {
        readErrorText(all.join(" "));
      }),
    );
    const before = process.cpuUsage().user;
    for (const one of ["`a`.", "from ", "| a ", '"', "column a.", "<TaskInstance: a"])
      readErrorText(`Error ${one.repeat(20_000)}`);
    expect((process.cpuUsage().user - before) / 1e6).toBeLessThan(5);
  });
});
