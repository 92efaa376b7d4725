/** Macros and variables of Superset that give values: of filters, of the address, of who asks, of the time range. */
const VALUE =
  /\b(?:filter_values|get_filters|url_param|current_username|current_user_\w+|get_time_filter|cache_key_wrapper)\s*\(|\b(?:from_dttm|to_dttm|time_grain)\b|\|\s*where_in\b/;
/** These give SQL of other datasets. */
const GIVES_SQL = /\b(?:dataset|metric)\s*\(/;
// What is never closed goes to the end, so that each text is looked at once.
const STATEMENT = /\{%[-+]?([\s\S]*?)(%\}|$)/g;
const REMARK = /\{#[\s\S]*?(#\}|$)/g;
const BINDS = /^\s*(?:set\s+(\w+)\s*=|for\s+(\w+)\s+in\b)([\s\S]*)$/;
/** A template, or what decides whether one stands in a text: quotes and comments. */
const PIECE = /\{\{([^{}]*)\}\}|'|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g;

/**
 * A virtual dataset's SQL with values in the place of Jinja's: `in {{ filter_values('r')|where_in }}` is `in ('x')`. Statements
 * (`{% if … %}`) stay for the parser, which reads what they enclose; of two branches it cannot know which holds, and a template
 * that gives a name or SQL stays too, so that such a text is not guessed at.
 */
export function fillTemplates(sql: string): string {
  if (!sql.includes("{{") && !sql.includes("{%")) return sql;
  const bound = new Set<string>();
  const isValue = (expression: string): boolean => {
    if (GIVES_SQL.test(expression)) return false;
    const words =
      expression.replace(/"[^"]*"|'[^']*'/g, " ").match(/(?<![\w.])[A-Za-z_]\w*/g) ?? [];
    return VALUE.test(expression) || words.some((word) => bound.has(word));
  };
  const withoutRemarks = sql.replace(REMARK, (whole, end: string) => (end === "" ? whole : " "));
  const plain = withoutRemarks.replace(STATEMENT, (whole, inner: string, end: string) => {
    if (end === "") return whole;
    const [, set, item, expression] = BINDS.exec(inner.replace(/[-+]$/, "")) ?? [];
    const name = set ?? item;
    if (name !== undefined && isValue(expression ?? "")) bound.add(name);
    if (/^\s*(?:else|elif)\b/.test(inner)) return "{{ else }}";
    return whole.replace(/[^\n]/g, " ");
  });
  let inText = false;
  return plain.replace(PIECE, (whole, expression?: string) => {
    if (whole === "'") inText = !inText;
    if (expression === undefined || !isValue(expression)) return whole;
    if (inText) return "x";
    return /\|\s*where_in\b/.test(expression) ? "('x')" : "'x'";
  });
}
