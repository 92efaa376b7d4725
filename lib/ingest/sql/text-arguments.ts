/** The arguments of a call as canonical texts; undefined where the text is no call of that name, or says more than its arguments. */
export function argumentsOf(text: string, name: string): readonly string[] | undefined {
  if (!text.startsWith(`${name}(`) || !text.endsWith(")")) return undefined;
  const inner = text.slice(name.length + 1, -1);
  const found: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let at = 0; at < inner.length; at++) {
    const sign = inner[at] ?? "";
    if (sign === "\\") at++;
    else if (sign === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (OPENS.has(sign)) depth++;
    else if (CLOSES.has(sign) && --depth < 0) return undefined;
    else if (sign === "," && depth === 0) {
      found.push(inner.slice(start, at));
      start = at + 1;
    }
  }
  return [...found, inner.slice(start)];
}

const OPENS: ReadonlySet<string> = new Set(["(", "[", "{"]);
const CLOSES: ReadonlySet<string> = new Set([")", "]", "}"]);
