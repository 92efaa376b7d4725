/**
 * A glob over a path or a dotted name as a test: `*` within a part, `**` over parts, `?` one character. Written as a
 * walk over both texts, linear in practice and at worst their product, so that no pattern can hang the reader.
 */
export function matchesGlob(pattern: string, text: string, separators: string): boolean {
  const tokens = tokensOf(pattern);
  let reach = new Set<number>([0]);
  for (const token of tokens) {
    reach =
      token.kind === "text"
        ? stepText(reach, { token: token.text, text, separators })
        : stepStar(reach, { deep: token.deep, text, separators });
    if (reach.size === 0) return false;
  }
  return reach.has(text.length);
}

type Token =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "star"; readonly deep: boolean };

function tokensOf(pattern: string): readonly Token[] {
  return (pattern.match(/\*+|[^*]/g) ?? []).map(
    (part): Token =>
      part.startsWith("*") ? { kind: "star", deep: part.length > 1 } : { kind: "text", text: part },
  );
}

interface TextStep {
  readonly token: string;
  readonly text: string;
  readonly separators: string;
}

function stepText(reach: ReadonlySet<number>, { token, text, separators }: TextStep): Set<number> {
  const next = new Set<number>();
  for (const at of reach) {
    const found = text[at];
    if (found === undefined) continue;
    if (found === token || (token === "?" && !separators.includes(found))) next.add(at + 1);
  }
  return next;
}

interface StarStep {
  readonly deep: boolean;
  readonly text: string;
  readonly separators: string;
}

function stepStar(reach: ReadonlySet<number>, { deep, text, separators }: StarStep): Set<number> {
  const next = new Set<number>();
  for (const start of reach) {
    for (let at = start; at <= text.length && !next.has(at); at++) {
      next.add(at);
      if (!deep && separators.includes(text[at] ?? "")) break;
    }
  }
  return next;
}
