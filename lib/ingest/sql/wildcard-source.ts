import type { Expr } from "./ast.ts";
import type { Analysis } from "./expression-context.ts";
import { RelationBuilder } from "./plan-builder.ts";
import type { Name, TableSchema } from "./scope.ts";
import { suffixMayPass } from "./table-suffix.ts";

/** The tables of a name whose rows a query's condition may let through: all, where it rules out every one. */
export function tablesOf(
  schema: TableSchema,
  { where, alias }: { readonly where: Expr | undefined; readonly alias: Name | undefined },
): readonly TableSchema[] {
  const all = schema.matches ?? [{ suffix: undefined, table: schema }];
  const kept =
    where === undefined || all.length === 1
      ? all
      : all.filter(({ suffix }) => suffix === undefined || suffixMayPass(where, { suffix, alias }));
  return (kept.length > 0 ? kept : all).map(({ table }) => table);
}

/** Rows of several tables one below the other, columns by name: what BigQuery reads for `events_*`. */
export function uniteTables(
  tables: readonly TableSchema[],
  { name, analysis }: { readonly name: Name | undefined; readonly analysis: Analysis },
): RelationBuilder {
  const relation = new RelationBuilder(name?.text ?? "wildcard", name?.line || undefined);
  const places = new Map<string, number>();
  for (const table of tables) {
    const input = relation.addInput({ asset: table.asset }, "each");
    for (const column of table.columns) {
      analysis.starColumns.take(1);
      const key = column.name.toLowerCase();
      const to = places.get(key) ?? relation.addColumn(column);
      places.set(key, to);
      relation.addEdge({ input, column: column.name, to, use: "STAR" });
    }
    relation.addEdge({ input, use: "STAR" });
  }
  const open = tables.flatMap(({ complete, columns }, input) =>
    complete && columns.length > 0 ? [] : [input],
  );
  if (open.length === 0) return relation;
  for (const input of open) relation.addEdge({ input, use: "UNKNOWN", detail: "star" });
  relation.ensure = (column) => {
    const known = places.get(column.toLowerCase());
    if (known !== undefined) return relation.nameAt(known);
    const to = relation.addColumn({ name: column });
    places.set(column.toLowerCase(), to);
    for (const input of open) relation.addEdge({ input, column, to, use: "STAR" });
    return relation.nameAt(to);
  };
  return relation;
}
