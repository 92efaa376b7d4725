import { asList, asRecord, asText, type LooseRecord } from "#lib/ingest/loose-value.ts";

/** `["sum", ["field", 7, null]]`: an operator, its options, its operands. */
export interface Clause {
  readonly op: string;
  readonly options: LooseRecord;
  readonly args: readonly unknown[];
}

/**
 * A clause of Metabase's query language in any of its three forms: the oldest (`["field-id", 7]`), the older (options at
 * the end), and the newest (options behind the operator).
 */
export function asClause(value: unknown): Clause | undefined {
  const list = asList(value);
  const op = asText(list?.[0])?.toLowerCase().replaceAll("_", "-");
  if (list === undefined || op === undefined) return undefined;
  const rest = list.slice(1);
  const first = asRecord(rest[0]);
  if (first !== undefined) return modern({ op, options: first, args: rest.slice(1) });
  const last = asRecord(rest.at(-1));
  if (last !== undefined) return modern({ op, options: last, args: rest.slice(0, -1) });
  return modern({ op, options: {}, args: rest.at(-1) === null ? rest.slice(0, -1) : rest });
}

/** Names of clauses that are spelled otherwise today. */
function modern(clause: Clause): Clause {
  const { op, options, args } = clause;
  if (op === "field-id") return { op: "field", options, args };
  if (op === "field-literal") return { op: "field", options, args: args.slice(0, 1) };
  if (op === "datetime-field" || op === "binning-strategy") {
    const inner = asClause(args[0]);
    return inner === undefined
      ? clause
      : { ...inner, options: { ...inner.options, "temporal-unit": args.at(-1) } };
  }
  if (op === "joined-field") {
    const inner = asClause(args[1]);
    return inner === undefined
      ? clause
      : { ...inner, options: { ...inner.options, "join-alias": args[0] } };
  }
  if (op === "fk->") {
    const inner = asClause(args[1]) ?? { op: "field", options: {}, args: [args[1]] };
    const source = asClause(args[0])?.args[0] ?? args[0];
    return { ...inner, options: { ...inner.options, "source-field": source } };
  }
  return clause;
}
