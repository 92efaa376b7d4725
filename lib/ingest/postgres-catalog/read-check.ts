/** What a CHECK constraint over one column says of it, as far as it says one of these two plain things. */
export type CheckMeaning =
  | { readonly kind: "values"; readonly values: readonly string[] }
  | { readonly kind: "not_null" };

const TEXT = /'((?:[^']|'')*)'/g;
const NUMBER = /-?\d+(?:\.\d+)?/g;
const CAST = /::[\w."]+(?: varying| precision)?(?:\(\d+(?:,\s*\d+)?\))?(?:\[\])?/g;

/**
 * Reads `CHECK ((status = ANY (ARRAY['a'::text, 'b'::text])))`, which is how the server writes `status in ('a', 'b')`,
 * and `CHECK ((status IS NOT NULL))`. Undefined for every other condition.
 */
export function readCheck(definition: string): CheckMeaning | undefined {
  const inner = withoutBrackets(withoutCasts(definition).replace(/^CHECK\s*/i, ""));
  if (/^(?:\w+|"[^"]+") IS NOT NULL$/i.test(inner)) return { kind: "not_null" };
  const list = /^(?:\w+|"[^"]+"|\((?:\w+|"[^"]+")\)) = ANY \(\(?ARRAY\[(.*)\]\)?\)$/is.exec(
    inner,
  )?.[1];
  if (list !== undefined) return valuesIn(list);
  const one = /^(?:\w+|"[^"]+"|\((?:\w+|"[^"]+")\)) = ('(?:[^']|'')*'|-?\d+(?:\.\d+)?)$/s.exec(
    inner,
  )?.[1];
  return one === undefined ? undefined : valuesIn(one);
}

/** Casts outside of texts. */
const withoutCasts = (text: string): string =>
  text
    .split(/('(?:[^']|'')*')/)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(CAST, "")))
    .join("");

function withoutBrackets(text: string): string {
  let inner = text.trim().replace(/\s+NOT VALID$/i, "");
  while (inner.startsWith("(") && closesAtEnd(inner)) inner = inner.slice(1, -1).trim();
  return inner;
}

/** The first bracket of the text is closed by its last character. */
function closesAtEnd(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === "'") quoted = !quoted;
    else if (!quoted && char === "(") depth += 1;
    else if (!quoted && char === ")") {
      depth -= 1;
      if (depth === 0) return at === text.length - 1;
    }
  }
  return false;
}

/** A list of nothing but texts, or nothing but numbers. */
function valuesIn(list: string): CheckMeaning | undefined {
  const texts = [...list.matchAll(TEXT)].map(([, text = ""]) => text.replaceAll("''", "'"));
  const rest = list.replace(TEXT, "");
  if (texts.length > 0)
    return /^[\s,()]*$/.test(rest) ? { kind: "values", values: texts } : undefined;
  const numbers = list.match(NUMBER) ?? [];
  const isPlain = /^[\s,()]*$/.test(list.replace(NUMBER, ""));
  return numbers.length > 0 && isPlain ? { kind: "values", values: numbers } : undefined;
}
