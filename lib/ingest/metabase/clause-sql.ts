import { asList, type LooseRecord } from "#lib/ingest/loose-value.ts";
import { makeTable } from "#lib/kit/make-table.ts";
import { asClause, type Clause } from "./clause.ts";
import { keyOf, type MetabaseKey } from "./metabase-entities.ts";

const AGGREGATES: Readonly<Record<string, string>> = makeTable({
  sum: "SUM",
  avg: "AVG",
  min: "MIN",
  max: "MAX",
  median: "MEDIAN",
  stddev: "STDDEV",
  var: "VARIANCE",
  percentile: "PERCENTILE_CONT",
  "cum-sum": "SUM",
  "cum-count": "COUNT",
  count: "COUNT",
  "count-where": "COUNT",
  "sum-where": "SUM",
  share: "AVG",
  distinct: "COUNT",
  "distinct-where": "COUNT",
});

const INFIX: Readonly<Record<string, string>> = makeTable({
  and: "AND",
  or: "OR",
  "=": "=",
  "!=": "<>",
  "<": "<",
  ">": ">",
  "<=": "<=",
  ">=": ">=",
  "+": "+",
  "-": "-",
  "*": "*",
  "/": "/",
});

/** What a clause's names stand for. */
export interface ClauseNames {
  readonly field: (clause: Clause) => string;
  /** A custom column by its name. */
  readonly expression: (name: string) => string;
  /** The aggregation of a metric by its card's number or entity id; undefined: it is not in the export. */
  readonly metric: (key: MetabaseKey | undefined) => string | undefined;
  /** Something that is not in the export. */
  readonly lost: (what: string) => void;
}

/** Clauses of Metabase's query language as SQL. */
export class ClauseSql {
  private readonly names: ClauseNames;

  constructor(names: ClauseNames) {
    this.names = names;
  }

  sql(value: unknown): string {
    const clause = asClause(value);
    if (clause === undefined) return literal(value);
    const { op, args, options } = clause;
    if (op === "field") return this.names.field(clause);
    if (op === "expression") return this.names.expression(String(args[0]));
    if (op === "aggregation-options" || op === "value") return this.sql(args[0]);
    if (op in AGGREGATES) return this.aggregate(op, args);
    const metric = op === "metric" ? this.names.metric(keyOf(args[0])) : undefined;
    if (metric !== undefined) return metric;
    const operands = args.map((argument) => this.sql(argument));
    const infix = INFIX[op];
    if ((op === "=" || op === "!=") && operands.length > 2)
      return `${operands[0]} ${op === "=" ? "IN" : "NOT IN"} (${operands.slice(1).join(", ")})`;
    if (infix !== undefined && operands.length > 1) return `(${operands.join(` ${infix} `)})`;
    return this.otherSql(op, { operands, args, options });
  }

  private otherSql(
    op: string,
    {
      operands,
      args,
      options,
    }: {
      readonly operands: readonly string[];
      readonly args: readonly unknown[];
      readonly options: LooseRecord;
    },
  ): string {
    const [first = "NULL", second = "NULL", third = "NULL"] = operands;
    switch (op) {
      case "not":
        return `NOT (${first})`;
      case "is-null":
      case "is-empty":
        return `${first} IS NULL`;
      case "not-null":
      case "not-empty":
        return `${first} IS NOT NULL`;
      case "between":
        return `${first} BETWEEN ${second} AND ${third}`;
      case "contains":
      case "starts-with":
      case "ends-with":
        return `${first} LIKE ${second}`;
      case "does-not-contain":
        return `${first} NOT LIKE ${second}`;
      case "time-interval":
      case "relative-time-interval":
        return `${first} >= CURRENT_DATE`;
      case "inside":
        return `(${first} IS NOT NULL AND ${second} IS NOT NULL)`;
      case "case":
      case "if":
        return this.caseSql(args, options);
      case "segment":
        // A condition more or less: the rest of the query is what it says.
        this.names.lost(`the segment ${String(args[0])}`);
        return "(1 = 1)";
      case "metric":
      case "measure":
        this.names.lost(`the ${op} ${String(args[0])}`);
        // No parser takes it: all that the query reads is unknown, not only this.
        return `{{${op} ${String(args[0])}}}`;
      default:
        return `${op.replaceAll("-", "_").replace(/\W/g, "") || "unknown"}(${operands.join(", ")})`;
    }
  }

  private caseSql(args: readonly unknown[], options: LooseRecord): string {
    const arms = (asList(args[0]) ?? []).flatMap((arm): readonly string[] => {
      const pair = asList(arm);
      return pair === undefined ? [] : [`WHEN ${this.sql(pair[0])} THEN ${this.sql(pair[1])}`];
    });
    const other = args[1] ?? options["default"];
    const otherwise = other === undefined || other === null ? "" : ` ELSE ${this.sql(other)}`;
    return arms.length === 0 ? "NULL" : `CASE ${arms.join(" ")}${otherwise} END`;
  }

  private aggregate(op: string, args: readonly unknown[]): string {
    const name = AGGREGATES[op] ?? "COUNT";
    const operands = args.map((argument) => this.sql(argument));
    const [first, second] = operands;
    if (op === "distinct") return `COUNT(DISTINCT ${first ?? "1"})`;
    if (op === "count-where" || op === "share")
      return `${name}(CASE WHEN ${first ?? "1 = 1"} THEN 1 END)`;
    if (op === "sum-where" || op === "distinct-where")
      return `${name}(${op === "distinct-where" ? "DISTINCT " : ""}CASE WHEN ${second ?? "1 = 1"} THEN ${first ?? "1"} END)`;
    return first === undefined ? "COUNT(*)" : `${name}(${first})`;
  }
}

function literal(value: unknown): string {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value === null || value === undefined) return "NULL";
  return `'${(typeof value === "string" ? value : JSON.stringify(value)).replaceAll("'", "''")}'`;
}
