import type { QueryFact } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { CatalogRoutine } from "./catalog-schema.ts";
import type { KnownRelations, RelationName } from "./hidden-reads.ts";

/** The statements of a text in PostgreSQL's SQL, with the tables that they write. */
export type StatementsOf = (sql: string) => {
  readonly statements: readonly {
    readonly sql: string;
    readonly target?: readonly string[];
    readonly adds?: "rows" | "nothing";
  }[];
  readonly problems: readonly Problem[];
};

/** A statement of a routine, and the table that it writes. */
export interface RoutineWrite {
  readonly into: RelationName;
  readonly query: QueryFact;
}

/**
 * What procedures, and functions that write, put into which tables. A name without a schema is the one of the routine's own
 * schema, else of `public`, else of every schema that has it: a session may look anywhere.
 */
export function readRoutineWrites({
  routines,
  known,
  database,
  file,
  statementsOf,
}: {
  readonly routines: readonly CatalogRoutine[];
  readonly known: KnownRelations;
  readonly database: string;
  readonly file: string;
  readonly statementsOf: StatementsOf;
}): { readonly writes: readonly RoutineWrite[]; readonly problems: readonly Problem[] } {
  const writes: RoutineWrite[] = [];
  const problems: Problem[] = [];
  const named = new Map<string, number>();
  for (const { schema, name, definition } of routines) {
    const sql = definition.replace(/^\s*create\s+or\s+replace\s+function\b/i, "create procedure");
    const read = statementsOf(sql);
    const title = `${schema}.${name}`;
    for (const { line: _, message, ...problem } of read.problems)
      problems.push({ ...problem, message: `${title}: ${message}`, file });
    for (const statement of read.statements) {
      if (statement.target === undefined) continue;
      for (const into of targetsOf(statement.target, { schema, known })) {
        const { sql: text, adds } = statement;
        // What is known of a query is found by its name: two of one table have two.
        const key = JSON.stringify([into.schema, into.name, title]);
        const count = (named.get(key) ?? 0) + 1;
        named.set(key, count);
        const query: QueryFact = {
          name: count === 1 ? title : `${title} (${count})`,
          sql: text,
          dialect: "postgres",
          defaultPath: [database, into.schema],
          ...(adds ? { adds } : {}),
          provenance: { file },
        };
        writes.push({ into, query });
      }
    }
  }
  return { writes, problems };
}

function targetsOf(
  path: readonly string[],
  { schema, known }: { readonly schema: string; readonly known: KnownRelations },
): readonly RelationName[] {
  const [outer, name = ""] = path.length > 1 ? path.slice(-2) : [undefined, path[0]];
  const all = known.byName.get(name.toLowerCase()) ?? [];
  const inSchema = (one: string): readonly RelationName[] =>
    all.filter((relation) => relation.schema === one);
  if (outer !== undefined) return inSchema(outer);
  return [inSchema(schema), inSchema("public"), all].find((found) => found.length > 0) ?? [];
}
