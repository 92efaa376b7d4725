import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { Problem } from "#lib/model/problem.ts";
import { parseJsonText, parseYamlText } from "./parse-structured-text.ts";

/** A parsed file that knows on which line (1-based) an entry starts: `lineOf(["edges", 3])`. */
export interface LocatedValue {
  readonly value: unknown;
  lineOf(path: readonly (string | number)[]): number | undefined;
}

/** Entries deeper than this are found on the line of what they are in: `scenarios/3/edges/12` has four steps. */
const LOCATED_DEPTH = 4;

/** JSON or YAML with the lines of its entries. Linear in the text. */
export function parseLocated(file: string, text: string): Result<LocatedValue, Problem> {
  if (/^\s*[{[]/.test(text)) {
    const parsed = parseJsonText(file, text);
    if (parsed.ok) return ok(located(parsed.value, scanJsonLines(text)));
    // YAML's own flow style starts with the same brackets and has no quotes around its keys.
    if (/"\s*:/.test(text.slice(0, 4096))) return parsed;
  }
  const parsed = parseYamlText(file, text);
  if (!parsed.ok) return err(parsed.error);
  return ok(located(parsed.value, scanYamlLines(text)));
}

function located(value: unknown, lines: ReadonlyMap<string, number>): LocatedValue {
  return {
    value,
    lineOf(path) {
      for (let length = Math.min(path.length, LOCATED_DEPTH); length > 0; length -= 1) {
        const line = lines.get(path.slice(0, length).join("/"));
        if (line !== undefined) return line;
      }
      return undefined;
    },
  };
}

function scanYamlLines(text: string): Map<string, number> {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, logLevel: "silent" });
  const lines = new Map<string, number>();
  const visit = (node: unknown, path: string, depth: number): void => {
    if (depth > LOCATED_DEPTH) return;
    const entries = isSeq(node)
      ? node.items.map((item, index) => ({ key: String(index), node: item, at: startOf(item) }))
      : isMap(node)
        ? node.items.map(({ key, value }) => ({
            key: isScalar(key) ? String(key.value) : "",
            node: value,
            at: startOf(key),
          }))
        : [];
    for (const entry of entries) {
      const inner = path === "" ? entry.key : `${path}/${entry.key}`;
      if (entry.at !== undefined) lines.set(inner, counter.linePos(entry.at).line);
      visit(entry.node, inner, depth + 1);
    }
  };
  visit(document.contents, "", 1);
  return lines;
}

const startOf = (node: unknown): number | undefined => (node as Node | null)?.range?.[0];

interface Level {
  readonly path: string;
  /** Undefined in a record. */
  index: number | undefined;
  key: string;
}

/** Entries of a plain graph file have two steps, `assets/7`; only those of scenarios have more. */
const isLocated = (levels: readonly Level[]): boolean =>
  levels.length <= 2 || (levels.length <= LOCATED_DEPTH && levels[0]?.key === "scenarios");

/** Lines of the entries of valid JSON, as deep as they are asked for. */
function scanJsonLines(text: string): Map<string, number> {
  const lines = new Map<string, number>();
  const levels: Level[] = [];
  const token = /"(?:[^"\\]|\\.)*"|[{}[\],:\n]|[^\s{}[\],:"]+/g;
  let line = 1;
  let isKey = false;
  const note = (): string => {
    const level = levels.at(-1);
    if (!level || !isLocated(levels)) return "";
    const step = level.index === undefined ? level.key : String(level.index);
    const path = level.path === "" ? step : `${level.path}/${step}`;
    if (!lines.has(path)) lines.set(path, line);
    return path;
  };
  for (let found = token.exec(text); found; found = token.exec(text)) {
    const word = found[0];
    const level = levels.at(-1);
    if (word === "\n") line += 1;
    else if (word === "{" || word === "[") {
      levels.push({ path: note(), index: word === "[" ? 0 : undefined, key: "" });
      isKey = word === "{";
    } else if (word === "}" || word === "]") {
      levels.pop();
      isKey = false;
    } else if (word === ",") {
      if (level?.index !== undefined) level.index += 1;
      isKey = level?.index === undefined;
    } else if (word === ":") isKey = false;
    else if (isKey && level && isLocated(levels)) level.key = String(JSON.parse(word));
    else if (!isKey) note();
  }
  return lines;
}
