/**
 * The parts of a `fullyQualifiedName`: `pg_shop.shop.raw."orders.v2"` is four. A part that holds a dot or a quote stands in
 * quotes, with its own quotes doubled.
 */
export function splitFqn(text: string): readonly string[] {
  const parts: string[] = [];
  let at = 0;
  while (at <= text.length) {
    const quoted = text[at] === '"';
    const end = quoted ? endOfQuoted(text, at + 1) : endOfPlain(text, at);
    const part = text.slice(quoted ? at + 1 : at, end);
    parts.push(quoted ? part.replaceAll('""', '"') : part);
    at = quoted ? end + 2 : end + 1;
    if (text[at - 1] !== ".") break;
  }
  return parts;
}

function endOfPlain(text: string, from: number): number {
  const dot = text.indexOf(".", from);
  return dot < 0 ? text.length : dot;
}

/** A doubled quote is one of the name. */
function endOfQuoted(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] !== '"') continue;
    if (text[at + 1] !== '"') return at;
    at += 1;
  }
  return text.length;
}

/** Names compare by their parts, however they are quoted. */
export const fqnKey = (parts: readonly string[]): string => JSON.stringify(parts);

/** The table and the column of a test's link: `<#E::table::pg.shop.raw.orders::columns::"amount">`. */
export function readEntityLink(
  text: string,
): { readonly fqn: string; readonly column?: string } | undefined {
  const [, fqn, column] = /^<#E::\w+::(.+?)(?:::columns::(.+?))?>$/s.exec(text) ?? [];
  if (fqn === undefined) return undefined;
  const plain = column === undefined ? undefined : splitFqn(column)[0];
  return { fqn, ...(plain === undefined ? {} : { column: plain }) };
}
