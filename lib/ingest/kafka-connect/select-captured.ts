import { listOf, namesOfPattern } from "./name-list.ts";
import type { Connector } from "./parse-connectors.ts";
import type { TransformedTopic } from "./transformed-topic.ts";

interface Captured {
  /** What of a row goes into a message. */
  readonly sql: TransformedTopic["sql"];
  /** Settings that name columns by patterns: which ones they mean is not known. */
  readonly lost: readonly string[];
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The columns of a table that a connector with change data capture takes, leaves out, cuts or hides. */
export function selectCaptured(listed: string, { config }: Pick<Connector, "config">): Captured {
  const lost: string[] = [];
  const named = (key: string): readonly string[] =>
    listOf(config.get(key)).flatMap((pattern) => {
      const names = namesOfPattern(pattern);
      if (names === undefined) lost.push(key);
      return (names ?? []).flatMap((name) =>
        name.startsWith(`${listed}.`) ? [name.slice(listed.length + 1)] : [],
      );
    });
  const excluded = [...named("column.exclude.list"), ...named("column.blacklist")];
  const included = [...named("column.include.list"), ...named("column.whitelist")];
  const changed = [...config.keys()].flatMap((key) => {
    const change = CHANGES.find(({ sign }) => sign.test(key));
    return change === undefined
      ? []
      : named(key).map((column) => `${change.to(quote(column))} as ${quote(column)}`);
  });
  const outputs = [
    included.length === 0 ? "*" : included.map(quote).join(", "),
    ...(excluded.length === 0 ? [] : [`exclude (${excluded.map(quote).join(", ")})`]),
  ].join(" ");
  const chosen = (from: string): string => `select ${outputs} from ${from}`;
  return {
    sql:
      changed.length === 0
        ? chosen
        : (from) => `select * replace (${changed.join(", ")}) from (${chosen(from)}) as captured`,
    lost,
  };
}

const CHANGES: readonly { readonly sign: RegExp; readonly to: (column: string) => string }[] = [
  { sign: /^column\.mask\.hash\./, to: (column) => `md5(${column})` },
  { sign: /^column\.mask\.with\.\d+\.chars$/, to: () => "'*'" },
  { sign: /^column\.truncate\.to\.\d+\.chars$/, to: (column) => `left(${column}, 1)` },
];
