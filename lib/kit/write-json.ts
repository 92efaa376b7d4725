/** Pieces are about this long, in characters: few writes, and no text of the size of the whole. */
const PIECE = 64 * 1024;
/** Below this depth values are small, such as one verdict, and written at once. */
const DEEPEST = 3;

/**
 * The text of `JSON.stringify(value, null, indent)`, piece by piece: the text of a large answer is longer than a string
 * can be, and a reader that is slow should not make the writer keep all of it. What a list gives when it is read is made
 * when its turn comes.
 */
export function* writeJson(value: unknown, indent = 0): Generator<string> {
  let piece = "";
  for (const part of partsOf(value, { indent, depth: 0 })) {
    piece += part;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = "";
  }
  if (piece !== "") yield piece;
}

interface Layout {
  readonly indent: number;
  readonly depth: number;
}

function* partsOf(value: unknown, layout: Layout): Generator<string> {
  if (layout.depth < DEEPEST && Array.isArray(value) && value.length > 0)
    yield* partsOfList(value, layout);
  else if (layout.depth < DEEPEST && isPlain(value)) yield* partsOfMembers(value, layout);
  else yield writeWhole(value, layout) ?? "null";
}

function* partsOfList(list: readonly unknown[], layout: Layout): Generator<string> {
  const inner = { ...layout, depth: layout.depth + 1 };
  let before = `[${lineOf(inner)}`;
  for (const each of list) {
    yield before;
    yield* partsOf(each, inner);
    before = `,${lineOf(inner)}`;
  }
  yield `${lineOf(layout)}]`;
}

function* partsOfMembers(value: object, layout: Layout): Generator<string> {
  const inner = { ...layout, depth: layout.depth + 1 };
  const colon = layout.indent > 0 ? ": " : ":";
  let isEmpty = true;
  for (const [key, member] of Object.entries(value)) {
    if (!isWritten(member)) continue;
    yield `${isEmpty ? "{" : ","}${lineOf(inner)}${JSON.stringify(key)}${colon}`;
    isEmpty = false;
    yield* partsOf(member, inner);
  }
  yield isEmpty ? "{}" : `${lineOf(layout)}}`;
}

const lineOf = ({ indent, depth }: Layout): string =>
  indent > 0 ? `\n${" ".repeat(indent * depth)}` : "";

/** Line breaks stand between the parts of a JSON text only, never within a string. */
const writeWhole = (value: unknown, layout: Layout): string | undefined => {
  const text = JSON.stringify(value, null, layout.indent) as string | undefined;
  return layout.indent > 0 ? text?.replaceAll("\n", lineOf(layout)) : text;
};

const isWritten = (member: unknown): boolean =>
  member !== undefined && typeof member !== "function" && typeof member !== "symbol";

/** An object that is written member by member; one that says itself how it is written is not. */
const isPlain = (value: unknown): value is object =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  !("toJSON" in value) &&
  (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null);
