import type { SourceFile } from "#lib/model/fact.ts";
import type { Pragma } from "#lib/model/pragma.ts";

/** Strings and names in quotes, so that what looks like a comment in them is none; then both kinds of comments. */
const PART =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\$(\w*)\$[\s\S]*?\$\1\$|--([^\n]*)|\/\*([\s\S]*?)\*\//g;

const MARK = /^\s*faultline\s*:\s*(.*?)\s*$/is;

/** A word, `name=word` or `name="several words"`. */
const WORD = /(?:([\w-]+)\s*=\s*)?(?:"([^"]*)"|'([^']*)'|([^\s"']+))/g;

/** The pragmas of a text in the order of their lines. Any text is taken; what is none is left alone. */
export function readPragmas({ path, text }: SourceFile): readonly Pragma[] {
  if (!/faultline\s*:/i.test(text)) return [];
  const found: Pragma[] = [];
  for (const match of text.matchAll(PART)) {
    const said = MARK.exec(match[2] ?? match[3] ?? "")?.[1];
    if (said === undefined) continue;
    const line = text.slice(0, match.index).split("\n").length;
    found.push({ ...readWords(said), file: path, line });
  }
  return found;
}

function readWords(said: string): Pick<Pragma, "verb" | "words" | "options"> {
  const words: string[] = [];
  const options: Record<string, string> = {};
  for (const [, name, double, single, bare] of said.matchAll(WORD)) {
    const value = double ?? single ?? bare ?? "";
    if (name === undefined) words.push(value);
    else options[name.toLowerCase()] = value;
  }
  const [verb = "", ...rest] = words;
  return { verb: verb.toLowerCase(), words: rest, options };
}
