import { escapePattern } from "#lib/kit/escape-pattern.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { PlanEdge, PlanInput, PlanRelation } from "#lib/model/query-plan.ts";
import type { Use } from "#lib/model/use.ts";
import { foldOverInputs, type PlannedQuery } from "./fold-over-inputs.ts";
import type { MergedGraph } from "./merged-graph.ts";

/** Columns by asset, in lower case. */
export type NullColumns = ReadonlyMap<AssetId, ReadonlySet<string>>;

const NONE: ReadonlySet<string> = new Set();

/**
 * Columns that are NULL in every row, whatever the tables hold: the query writes NULL there (a template does for a column
 * that it did not find), hands such a column on, or takes it from the optional side of a join whose key is such a
 * column, which never matches. Assets that read each other in a circle have none. Linear in the plans.
 */
export function findAlwaysNull(graph: MergedGraph): NullColumns {
  const found = foldOverInputs<ReadonlySet<string>>(graph, {
    leaf: () => NONE,
    made: ({ query, known }) => nullOutputs(query, (id) => known.get(id) ?? NONE),
  });
  return new Map([...found].filter(([, columns]) => columns.size > 0));
}

interface Relations {
  /** The text on one line, without comments. */
  readonly textOf: () => string;
  readonly nullsOf: (asset: AssetId) => ReadonlySet<string>;
  /** Of the relations so far. */
  readonly nulls: Set<string>[];
  readonly empty: boolean[];
}

function nullOutputs(
  { plan, sql }: PlannedQuery,
  nullsOf: Relations["nullsOf"],
): ReadonlySet<string> {
  let text: string | undefined;
  const relations: Relations = {
    textOf: () => {
      text ??= sql.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, " ").replaceAll(/\s+/g, " ");
      return text;
    },
    nullsOf,
    nulls: [],
    empty: [],
  };
  for (const relation of plan.relations) {
    relations.empty.push(neverMatches(relation, relations));
    const into = edgesByColumn(relation);
    const nulls = relation.columns.filter((column, index) => {
      const edges = into.get(index) ?? [];
      if (edges.length === 0)
        return column.nullable === true && writesNull(relations.textOf(), column.name);
      return edges.every((edge) => handsOnNull(edge, relation, relations));
    });
    relations.nulls.push(new Set(nulls.map(({ name }) => name.toLowerCase())));
  }
  return relations.nulls.at(-1) ?? NONE;
}

function edgesByColumn({ edges }: PlanRelation): ReadonlyMap<number, readonly PlanEdge[]> {
  const into = new Map<number, PlanEdge[]>();
  for (const edge of edges) {
    // Which row a value is taken from makes no value of a NULL.
    if (edge.to === undefined || edge.detail?.startsWith("picks") === true) continue;
    const list = into.get(edge.to);
    if (list) list.push(edge);
    else into.set(edge.to, [edge]);
  }
  return into;
}

const HANDS_ON: ReadonlySet<Use> = new Set(["IDENTITY", "CAST", "STAR"]);

/** A column as it is, or cast; an expression around it may put something else in the place of NULL. */
function handsOnNull(edge: PlanEdge, relation: PlanRelation, relations: Relations): boolean {
  if (!HANDS_ON.has(edge.use) || edge.column === undefined) return false;
  if (/\(|\bcase\b/i.test(edge.expression ?? "")) return false;
  const input = relation.inputs[edge.input];
  if (input === undefined) return false;
  const isUnmatched = "relation" in input && input.rows === "outer";
  return (
    isNull(input, edge.column, relations) ||
    (isUnmatched && relations.empty[input.relation] === true)
  );
}

function isNull(input: PlanInput, column: string, { nullsOf, nulls }: Relations): boolean {
  const columns = "asset" in input ? nullsOf(input.asset) : nulls[input.relation];
  return columns?.has(column.toLowerCase()) === true;
}

/** The optional side of a join, one of whose keys must equal a column that is always NULL. */
const neverMatches = (relation: PlanRelation, relations: Relations): boolean =>
  relation.edges.some(({ input, column, to, use, detail }) => {
    const from = relation.inputs[input];
    return (
      to === undefined &&
      use === "JOIN_LEFT" &&
      detail === "op:=" &&
      column !== undefined &&
      from !== undefined &&
      isNull(from, column, relations) &&
      isComparedPlainly(relations.textOf(), column)
    );
  });

/** `null as c`, `cast(null as text) as c`: other expressions without columns may be NULL, and need not. */
function writesNull(sql: string, column: string): boolean {
  const type = String.raw`\w+(?: \w+){0,4} ?(?:\([\d, ]*\))?`;
  const literal = String.raw`(?:cast ?\( ?null as ${type} ?\)|\bnull(?: ?:: ?\w+)?)`;
  return new RegExp(String.raw`${literal} as ["\`]?${escapePattern(column)}\b`, "i").test(sql);
}

/** From ON to what can follow a join's condition; rather too much of the text than too little. */
const CONDITIONS =
  /\bon\b(.*?)(?=\b(?:(?:left|right|full|inner|cross|natural|asof|semi|anti|outer|positional) ){0,3}join\b|\bwhere\b|\b(?:group|order) by\b|\bunion\b|\bexcept\b|\bintersect\b|\bhaving\b|\bqualify\b|\blimit\b|$)/gi;
const TOKENS = /'(?:[^']|'')*'|["`][^"`]*["`]|\w+|<=>|\|\||[()]/g;
/** What gives NULL for NULL, and words before a bracket that are no calls. */
const KEEPS_NULL = new Set("on and or in not cast try_cast safe_cast lower upper trim".split(" "));
const TAKES_NULL = new Set(["<=>", "||", "is", "distinct"]);

/** In no condition of a join is the column in a call, a CASE or a comparison that takes NULL for a value. */
const isComparedPlainly = (sql: string, column: string): boolean =>
  [...sql.matchAll(CONDITIONS)].every(([, condition = ""]) => isPlainIn(condition, column));

function isPlainIn(condition: string, column: string): boolean {
  const calls: boolean[] = [];
  let inCase = 0;
  let before = "";
  let isNamed = false;
  let takesNull = false;
  for (const [token] of condition.matchAll(TOKENS)) {
    const word = token.toLowerCase();
    if (word === "(") calls.push(/^\w/.test(before) && !KEEPS_NULL.has(before));
    else if (word === ")") calls.pop();
    else if (word === "case") inCase += 1;
    else if (word === "end") inCase -= 1;
    else if (TAKES_NULL.has(word)) takesNull = true;
    else if (word.replaceAll(/["`]/g, "") === column.toLowerCase()) {
      if (inCase > 0 || calls.includes(true)) return false;
      isNamed = true;
    }
    before = word;
  }
  return !(isNamed && takesNull);
}
