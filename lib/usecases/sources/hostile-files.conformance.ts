import fc from "fast-check";
import type { SourceFile } from "#lib/model/fact.ts";

/** Values that no format expects where they are put. */
const HOSTILE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  1.5,
  "",
  " ",
  "__proto__",
  "constructor",
  "toString",
  "\ud800",
  "a\u0000b",
  "a\nb",
  "../../etc/passwd",
  "x".repeat(70_000),
  "(".repeat(5000),
  "a.".repeat(5000),
  [],
  [[]],
  [null],
  [{}],
  {},
  { length: -1 },
  { "": "" },
  JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":1}}'),
];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

type Path = readonly (string | number)[];

function pathsOf(value: unknown, base: Path = []): readonly Path[] {
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.map((item, at) => [at, item] as const)
    : isRecord(value)
      ? Object.entries(value)
      : [];
  return [base, ...entries.flatMap(([key, item]) => pathsOf(item, [...base, key]))];
}

function replaceAt(value: unknown, path: Path, by: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  if (Array.isArray(value))
    return value.map((item, at) => (at === key ? replaceAt(item, rest, by) : item));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      name === key ? replaceAt(item, rest, by) : item,
    ]),
  );
}

/** One document, or one a line. */
function parseLines(text: string): readonly unknown[] | undefined {
  for (const parts of [[text], text.split("\n")]) {
    try {
      return parts.map((part): unknown => JSON.parse(part));
    } catch {
      // Not so then.
    }
  }
  return undefined;
}

/** The file with one to three of its values replaced, or its text cut, torn, doubled or sown with odd characters. */
export function mangled(text: string): fc.Arbitrary<string> {
  const torn = tornText(text);
  const documents = parseLines(text);
  if (documents === undefined) return torn;
  const paths = pathsOf(documents).filter((path) => path.length > 0);
  const replaced = fc
    .array(fc.tuple(fc.constantFrom(...paths), fc.constantFrom(...HOSTILE)), {
      minLength: 1,
      maxLength: 3,
    })
    .map((changes) => {
      const changed = changes.reduce(
        (value: unknown, [path, by]) => replaceAt(value, path, by),
        documents,
      );
      return (Array.isArray(changed) ? changed : [changed])
        .map((document) => JSON.stringify(document) ?? "null")
        .join("\n");
    });
  return fc.oneof({ weight: 3, arbitrary: replaced }, { weight: 1, arbitrary: torn });
}

const SEEDS = [
  "\u0000",
  "\ud800",
  "{",
  "}",
  "[",
  "'",
  '"',
  "`",
  "<",
  "&x;",
  "*a",
  "%",
  "\t",
  ";;",
  "1e999",
  "\ufeff",
];

function tornText(text: string): fc.Arbitrary<string> {
  const place = fc.nat({ max: text.length });
  return fc.oneof(
    place.map((at) => text.slice(0, at)),
    fc
      .tuple(place, place)
      .map(([a, b]) => text.slice(0, Math.min(a, b)) + text.slice(Math.max(a, b))),
    fc
      .tuple(place, fc.constantFrom(...SEEDS))
      .map(([at, seed]) => text.slice(0, at) + seed + text.slice(at)),
    fc.tuple(place, place).map(([a, b]) => text + text.slice(Math.min(a, b), Math.max(a, b))),
    fc
      .array(fc.tuple(place, fc.constantFrom(...SEEDS)), { maxLength: 8 })
      .map((sown) =>
        sown.reduce((all, [at, seed]) => all.slice(0, at) + seed + all.slice(at + 1), text),
      ),
  );
}

const DEEP = 100_000;
const BLANKS = " ".repeat(100_000);
const ALIASES = [
  "a: &a [x, x, x, x, x, x, x, x, x]",
  ..."bcdefghi".split("").map((name, at) => {
    const before = "abcdefgh"[at];
    return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(", ")}]`;
  }),
].join("\n");
const ENTITIES = `<!DOCTYPE workbook [<!ENTITY a "aaaaaaaaaa">${"bcdefghij"
  .split("")
  .map((name, at) => `<!ENTITY ${name} "${`&${"abcdefghi"[at]};`.repeat(10)}">`)
  .join("")}<!ENTITY out SYSTEM "file:///etc/passwd">]>`;

/** Whole files of a kind that do what attackers and broken tools do, each with what it is. */
export function hostileForms(
  files: readonly SourceFile[],
): readonly (readonly [string, SourceFile])[] {
  const [file] = files;
  if (file === undefined) return [];
  const of = (text: string): SourceFile => ({ path: file.path, text });
  const forms: (readonly [string, SourceFile])[] = [
    ["empty", of("")],
    ["a number", of("7")],
    ["a line of nulls", of("null\nnull\nnull")],
    ["only blanks and a mark", of("\ufeff  \n\t ")],
    ["no end of lines", of("\n".repeat(100_000))],
    ["one word of a megabyte", of("x".repeat(1_000_000))],
    ["lists in lists, a hundred thousand deep", of("[".repeat(DEEP) + "]".repeat(DEEP))],
    ["records in records, never closed", of('{"a":'.repeat(DEEP))],
    ["braces in text form", of("a {".repeat(DEEP))],
    ["brackets of a call", of(`select ${"f(".repeat(DEEP)}1${")".repeat(DEEP)}`)],
    ["aliases of aliases", of(`${ALIASES}\n${file.text}`)],
    ["an anchor that holds itself", of(`a: &a [*a]\n${file.text}`)],
    ["entities of entities", of(`${ENTITIES}<workbook version='1'>&j;&out;</workbook>`)],
    ["tags in tags", of(`<workbook version='1'>${"<a>".repeat(DEEP)}`)],
    ["a comment without end", of(`/*${file.text}`)],
    ["blanks without end in a line", of(`a${BLANKS}b =${BLANKS}c${BLANKS}: d\n${file.text}`)],
    [
      "blanks without end wherever there is one",
      of(file.text.replaceAll(" ", BLANKS.slice(0, 5000))),
    ],
    ["lines far apart", of(file.text.replaceAll("\n", "\n".repeat(5000)))],
    [
      "signs without end",
      of(`${file.text}\n${"--".repeat(50_000)}${"'".repeat(50_001)}${"*/".repeat(50_000)}`),
    ],
    ["twice the same", of(`${file.text}\n${file.text}`)],
  ];
  const documents = parseLines(file.text);
  if (documents !== undefined) {
    const inner = documents
      .map((document) => JSON.stringify(document))
      .map((text) => text.replace(/[[{]/, (open) => (open === "{" ? `{${DOUBLED}` : open)))
      .join("\n");
    forms.push(["keys twice, and keys of every object", of(inner)]);
    forms.push(["deep inside its first value", of(deepInside(file.text))]);
  }
  return forms;
}

const DOUBLED = '"__proto__":{"nodes":1},"__proto__":[],"constructor":null,"toString":1,"":0,';

/** The first empty place of the document holds a hundred thousand lists. */
function deepInside(text: string): string {
  const at = text.indexOf(":");
  return `${text.slice(0, at + 1)}${"[".repeat(DEEP)}${"]".repeat(DEEP)},"rest":${text.slice(at + 1)}`;
}
