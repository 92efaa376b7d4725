import { SaxesParser } from "saxes";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { Problem } from "#lib/model/problem.ts";

/** An element of an XML file. Comments and processing instructions are left out. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** All text directly inside of it, entities resolved. */
  readonly text: string;
}

interface OpenElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  text: string;
}

/** Real exports nest a few dozen levels. */
const MAX_DEPTH = 200;

/**
 * The outermost element of an XML text, or a problem with the line where it stops being XML. Only the five entities of XML
 * and character references are known: a document type, which could define others that unfold without end, is refused.
 */
export function parseXml(file: string, text: string): Result<XmlElement, Problem> {
  const parser = new SaxesParser({ xmlns: false, position: true });
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  let refused: Problem | undefined;
  const refuse = (message: string): void => {
    refused ??= {
      code: "bad-xml",
      message,
      next: "Export the file again, whole and as XML.",
      file,
      line: parser.line,
      severity: "error",
    };
  };
  parser.on("error", (error) => refuse(error.message.replace(/^[^:]*\d+:\d+: /, "")));
  parser.on("doctype", () => refuse("a document type is not read: it may define entities"));
  parser.on("opentag", (tag) => {
    if (open.length >= MAX_DEPTH) return refuse(`nested deeper than ${MAX_DEPTH} elements`);
    open.push({
      name: tag.name,
      attributes: new Map(Object.entries(tag.attributes)),
      children: [],
      text: "",
    });
  });
  const addText = (part: string): void => {
    const last = open.at(-1);
    if (last) last.text += part;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", () => {
    const closed = open.pop();
    if (closed === undefined) return;
    const parent = open.at(-1);
    if (parent) parent.children.push(closed);
    else root = closed;
  });
  // In pieces, so that a file that is refused early is not read to its end.
  for (let at = 0; at < text.length && refused === undefined; at += PIECE)
    parser.write(text.slice(at, at + PIECE));
  if (refused === undefined) parser.close();
  if (refused !== undefined) return err(refused);
  if (root === undefined)
    return err({ code: "bad-xml", message: "the file holds no element", file, severity: "error" });
  return ok(root);
}

const PIECE = 1 << 16;

/** The children of that name. */
export const childrenOf = (element: XmlElement, name: string): readonly XmlElement[] =>
  element.children.filter((child) => child.name === name);

/** The first child along a path of names. */
export function childAt(
  element: XmlElement | undefined,
  ...path: readonly string[]
): XmlElement | undefined {
  return path.reduce<XmlElement | undefined>(
    (at, name) => at?.children.find((child) => child.name === name),
    element,
  );
}

/** All elements of that name inside of an element, in the order of the file. */
export function elementsIn(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.flatMap((child) => [
    ...(child.name === name ? [child] : []),
    ...elementsIn(child, name),
  ]);
}
