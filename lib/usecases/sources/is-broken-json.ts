import { parseJsonText } from "#lib/ingest/parse-structured-text.ts";
import type { SourceFile } from "#lib/model/fact.ts";

const NAMED_JSON = /\.(?:json|jsonl|ndjson)$/i;

/**
 * Whether a file is JSON by its name and by nothing else: neither it nor its first line is whole. Configuration files with
 * comments or with a comma too many are whole; so is an empty file of lines.
 */
export function isBrokenJson({ path, text }: SourceFile): boolean {
  if (!NAMED_JSON.test(path)) return false;
  if (!/\.json$/i.test(path) && text.trim() === "") return false;
  const isWhole = (part: string): boolean => parseJsonText(path, part).ok;
  return (
    !isWhole(text) && !isWhole(text.split("\n", 1)[0] ?? "") && !isWhole(withoutComments(text))
  );
}

/** Strings stay as they are; what is left out is comments, and commas before a closing bracket. */
const withoutComments = (text: string): string =>
  text
    .replace(/"[^"\\]*(?:\\.[^"\\]*)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (part) =>
      part.startsWith('"') ? part : " ",
    )
    .replace(/"[^"\\]*(?:\\.[^"\\]*)*"|,(?=\s*[}\]])/g, (part) => (part === "," ? "" : part));
