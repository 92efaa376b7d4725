import type { AssetId } from "#lib/model/asset-id.ts";
import type { RelationBuilder } from "./plan-builder.ts";

interface StarRoot {
  readonly asset: AssetId;
  /** The table's columns, in the order in which they come out. */
  readonly columns: readonly (string | undefined)[];
}

/**
 * Whether every part of a set operation is a star over one and the same table, filtered or not: a column that comes, goes or
 * moves there does so in all of them, and the parts still fit each other.
 */
export function haveOneRoot(branches: readonly RelationBuilder[]): boolean {
  const [first, ...others] = branches.map(starRoot);
  if (first === undefined) return false;
  return others.every(
    (other) =>
      other?.asset === first.asset &&
      other.columns.length === first.columns.length &&
      other.columns.every((name, i) => name === first.columns[i]),
  );
}

/** The table behind a query that is `select *` and conditions, through any number of CTEs and derived tables. */
function starRoot(branch: RelationBuilder): StarRoot | undefined {
  let at = branch;
  let columns: readonly (string | undefined)[] = branch.columns.map(({ name }) => name);
  for (let depth = 0; depth < 200; depth++) {
    const [only] = at.inputs;
    const reads = at.inputs.filter(({ rows }) => rows !== "exists" && rows !== "not_exists");
    const isPassed = at.edges.some((edge) => edge.use === "STAR" && edge.column === undefined);
    if (!only || at.ensure || reads.length !== 1 || only.rows !== "each" || !isPassed)
      return undefined;
    const passed = passedColumns(at);
    const below = columns.map((name) => (name === undefined ? undefined : passed.get(name)));
    if (below.includes(undefined)) return undefined;
    columns = below;
    if ("asset" in only.target) return { asset: only.target.asset, columns };
    at = only.target.relation;
  }
  return undefined;
}

/** What the columns of a relation are called below, where they are handed on as they are. */
function passedColumns(relation: RelationBuilder): ReadonlyMap<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  for (const { to, use, detail, input, column } of relation.edges) {
    if (to === undefined) continue;
    const isPlain = use === "STAR" || (use === "IDENTITY" && detail === "carry");
    const name = relation.nameAt(to);
    found.set(name, isPlain && input === 0 && !found.has(name) ? column : undefined);
  }
  return found;
}
