import { LineCounter, parseDocument } from "yaml";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { Problem } from "#lib/model/problem.ts";
import { countLevels, isDeeperThan } from "./loose-value.ts";

/** Beyond this a file is a mistake or an attack: real exports nest a few dozen levels. */
const MAX_DEPTH = 200;
/** Characters. YAML costs far more to read than JSON, and no export of one asset comes near. */
const MAX_YAML = 8_000_000;
/** A few aliases are normal; one that unfolds into thousands of copies is a bomb. */
const MAX_ALIASES = 100;

/** JSON as a value, or a problem with the line where it stops being JSON. */
export function parseJsonText(file: string, text: string): Result<unknown, Problem> {
  const parsed = parseJsonLevels(file, text);
  return parsed.ok ? ok(parsed.value.value) : parsed;
}

/** A value of JSON, and how many lists and records are nested in it. */
export interface JsonLevels {
  readonly value: unknown;
  readonly levels: number;
}

/** The same for who has a limit of their own: a value is walked through once. */
export function parseJsonLevels(file: string, text: string): Result<JsonLevels, Problem> {
  let value: unknown;
  try {
    value = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (error) {
    return err(badJson(file, text, error));
  }
  const levels = countLevels(value, MAX_DEPTH);
  return levels > MAX_DEPTH ? err(tooDeep(file)) : ok({ value, levels });
}

/** One YAML document as a value. Limits keep a crafted file from unfolding into all the memory there is. */
export function parseYamlText(file: string, text: string): Result<unknown, Problem> {
  if (text.length > MAX_YAML) {
    return err(
      tooLarge(file, `the YAML file has ${text.length} characters; at most ${MAX_YAML} are read`),
    );
  }
  if (opensTooDeep(text)) return err(tooDeep(file));
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      logLevel: "silent",
    });
    const first = document.errors[0];
    if (first !== undefined) {
      return err({ ...yamlProblem(file, first.message), line: lines.linePos(first.pos[0]).line });
    }
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return isDeeperThan(value, MAX_DEPTH) ? err(tooDeep(file)) : ok(value);
  } catch (error) {
    // The library throws for alias bombs and for nesting that exhausts its own stack.
    return err(yamlProblem(file, error instanceof Error ? error.message : "unreadable"));
  }
}

/** Flow collections open a level with one character each: the one way to nest deeply in a short file. */
function opensTooDeep(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x5b || code === 0x7b) depth++;
    else if ((code === 0x5d || code === 0x7d) && depth > 0) depth--;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

function badJson(file: string, text: string, error: unknown): Problem {
  const message = error instanceof Error ? error.message : "unreadable";
  const position = /position (\d+)/.exec(message)?.[1];
  const at = position === undefined ? text.length : Number(position);
  return {
    code: "bad-json",
    message: `not valid JSON: ${message.slice(0, 200)}`,
    next: "Check whether the file was cut off while it was written, and export it again.",
    file,
    line: text.slice(0, at).split("\n").length,
    severity: "error",
  };
}

const yamlProblem = (file: string, message: string): Problem => ({
  code: "bad-yaml",
  message: `not valid YAML: ${message.slice(0, 200)}`,
  next: "Check the file at this place, or export it again.",
  file,
  severity: "error",
});

const tooLarge = (file: string, message: string): Problem => ({
  code: "too-large",
  message,
  next: "Split the file, or leave it out.",
  file,
  severity: "error",
});

const tooDeep = (file: string): Problem =>
  tooLarge(file, `lists and records are nested deeper than ${MAX_DEPTH} levels`);
