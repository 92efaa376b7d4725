import { type ProtoToken, tokenizeProto } from "./proto-tokens.ts";

export interface ProtoField {
  readonly name: string;
  readonly number: number;
  /** As written; of a map its value's. */
  readonly type: string;
  readonly mapKey?: string;
  readonly label?: "optional" | "required" | "repeated";
  /** In a `oneof`: at most one of its fields is set. */
  readonly oneof?: string;
  readonly comment?: string;
  readonly line: number;
}

export interface ProtoMessage {
  readonly kind: "message";
  /** With package and the messages around it. */
  readonly name: string;
  readonly fields: readonly ProtoField[];
  readonly isNested: boolean;
  readonly comment?: string;
  readonly line: number;
}

export interface ProtoEnum {
  readonly kind: "enum";
  readonly name: string;
  readonly values: readonly string[];
}

export interface ProtoFile {
  readonly types: readonly (ProtoMessage | ProtoEnum)[];
  readonly problems: readonly { readonly message: string; readonly line: number }[];
}

/** Messages and enums of a .proto file of syntax 2 or 3 or an edition. What is not understood is skipped and told. */
export function parseProto(text: string): ProtoFile {
  return new ProtoParser(tokenizeProto(text)).read();
}

const LABELS = new Set(["optional", "required", "repeated"]);
/** Messages inside messages; beyond this nobody writes them. */
const MAX_DEPTH = 40;

class ProtoParser {
  readonly #tokens: readonly ProtoToken[];
  readonly #types: (ProtoMessage | ProtoEnum)[] = [];
  readonly #problems: { message: string; line: number }[] = [];
  #at = 0;
  #package = "";

  constructor(tokens: readonly ProtoToken[]) {
    this.#tokens = tokens;
  }

  read(): ProtoFile {
    while (this.#at < this.#tokens.length) this.#topLevel();
    return { types: this.#types, problems: this.#problems };
  }

  #peek(): string {
    return this.#tokens[this.#at]?.text ?? "";
  }

  get #line(): number {
    return this.#tokens[this.#at]?.line ?? this.#tokens.at(-1)?.line ?? 1;
  }

  #take(): string {
    const word = this.#peek();
    this.#at += 1;
    return word;
  }

  #topLevel(): void {
    const { comment } = this.#tokens[this.#at] ?? {};
    const word = this.#take();
    if (word === "package") {
      this.#package = this.#take();
      this.#skipStatement();
    } else if (word === "message") this.#message({ scope: this.#package, depth: 0, comment });
    else if (word === "enum") this.#enum(this.#package);
    else if (word !== ";" && word !== "") this.#skipStatement();
  }

  /** To the end of a statement: its semicolon, or the brace that closes its block. */
  #skipStatement(): void {
    let depth = 0;
    while (this.#at < this.#tokens.length) {
      const word = this.#peek();
      if (word === "}" && depth === 0) return;
      this.#at += 1;
      if (word === "{") depth += 1;
      else if (word === "}") {
        depth -= 1;
        if (depth === 0) return;
      } else if (word === ";" && depth === 0) return;
    }
  }

  #message({
    scope,
    depth,
    comment,
  }: {
    readonly scope: string;
    readonly depth: number;
    readonly comment: string | undefined;
  }): void {
    const line = this.#line;
    const own = this.#take();
    const name = join(scope, own);
    if (this.#peek() !== "{" || depth > MAX_DEPTH) {
      this.#problems.push({ message: `message ${own} has no body that can be read`, line });
      this.#skipStatement();
      return;
    }
    this.#at += 1;
    const fields: ProtoField[] = [];
    this.#body({ fields, name, depth });
    this.#types.push({
      kind: "message",
      name,
      fields,
      isNested: depth > 0,
      line,
      ...(comment === undefined ? {} : { comment }),
    });
  }

  #body(into: {
    readonly fields: ProtoField[];
    readonly name: string;
    readonly depth: number;
    readonly oneof?: string;
  }): void {
    while (this.#at < this.#tokens.length) {
      const { comment } = this.#tokens[this.#at] ?? {};
      const word = this.#peek();
      if (word === "}") {
        this.#at += 1;
        return;
      }
      const next = this.#tokens[this.#at + 1]?.text ?? "";
      const opens = this.#tokens[this.#at + 2]?.text === "{";
      if (word === ";") this.#at += 1;
      else if (word === "message" && opens) {
        this.#at += 1;
        this.#message({ scope: into.name, depth: into.depth + 1, comment });
      } else if (word === "enum" && opens) {
        this.#at += 1;
        this.#enum(into.name);
      } else if (word === "oneof" && opens) {
        this.#at += 3;
        this.#body({ ...into, oneof: next });
      } else if (isSkipped(word, next)) this.#skipStatement();
      else this.#field(into, comment);
    }
  }

  #field(
    into: { readonly fields: ProtoField[]; readonly oneof?: string },
    comment: string | undefined,
  ): void {
    const line = this.#line;
    const label = LABELS.has(this.#peek()) ? this.#take() : undefined;
    const { type, mapKey } = this.#type();
    const name = this.#take();
    const equals = this.#take();
    const number = Number(this.#take());
    this.#skipStatement();
    if (equals !== "=" || !Number.isInteger(number) || !/^\w+$/.test(name)) {
      this.#problems.push({ message: `a field near \`${type} ${name}\` cannot be read`, line });
      return;
    }
    into.fields.push({
      name,
      number,
      type,
      line,
      ...(mapKey === undefined ? {} : { mapKey }),
      ...(label === undefined ? {} : { label: label as NonNullable<ProtoField["label"]> }),
      ...(into.oneof === undefined ? {} : { oneof: into.oneof }),
      ...(comment === undefined ? {} : { comment }),
    });
  }

  #type(): { readonly type: string; readonly mapKey?: string } {
    const type = this.#take();
    if (type !== "map" || this.#peek() !== "<") return { type };
    this.#at += 1;
    const mapKey = this.#take();
    this.#at += 1;
    const value = this.#take();
    this.#at += 1;
    return { type: value, mapKey };
  }

  #enum(scope: string): void {
    const name = join(scope, this.#take());
    const values: string[] = [];
    if (this.#peek() !== "{") {
      this.#skipStatement();
      return;
    }
    this.#at += 1;
    while (this.#at < this.#tokens.length && this.#peek() !== "}") {
      const word = this.#peek();
      if (this.#tokens[this.#at + 1]?.text === "=" && word !== "option") values.push(word);
      if (word === ";") this.#at += 1;
      else this.#skipStatement();
    }
    this.#at += 1;
    this.#types.push({ kind: "enum", name, values });
  }
}

const join = (scope: string, name: string): string => (scope === "" ? name : `${scope}.${name}`);

/** A field may be called by any of these words: then a name and a number follow its type. */
const isSkipped = (word: string, next: string): boolean =>
  ((word === "option" || word === "reserved" || word === "extensions") && next !== "=") ||
  word === "extend" ||
  word === "group";
