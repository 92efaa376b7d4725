import { countLines } from "#lib/kit/count-lines.ts";
/** A word, number, text or sign of a .proto file. Texts keep their quotes. */
export interface ProtoToken {
  readonly text: string;
  /** 1-based. */
  readonly line: number;
  /** The comment right before it, without its marks. */
  readonly comment?: string;
}

const TOKEN =
  /(\/\/[^\n]*|\/\*[\s\S]*?\*\/)|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|([A-Za-z_.][\w.]*)|([-+]?\d[\w.+-]*)|(\n)|(\s+)|([\s\S])/g;

/** Linear in the text; what belongs to no token is a sign of its own. */
export function tokenizeProto(text: string): readonly ProtoToken[] {
  const tokens: ProtoToken[] = [];
  let line = 1;
  let comment: string | undefined;
  for (const found of text.matchAll(TOKEN)) {
    const [word, remark, , , , newline, space] = found;
    if (remark !== undefined) {
      comment = [comment, plainComment(remark)].filter(Boolean).join(" ");
      line += countLines(remark);
    } else if (newline !== undefined) line += 1;
    else if (space === undefined) {
      tokens.push({ text: word, line, ...(comment === undefined ? {} : { comment }) });
      comment = undefined;
    }
  }
  return tokens;
}

const plainComment = (remark: string): string =>
  remark
    .replace(/^\/\/+|^\/\*+|\*+\/$/g, "")
    .replace(/^[ \t]*\*/gm, "")
    .replace(/\s+/g, " ")
    .trim();
