import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { mayParseSlowly } from "#lib/ingest/sql/parsing-risk.ts";
import { ParseTimeError, type SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { StoppableParser } from "./stoppable-parser.ts";

/** Nesting at which the parser gives up; more would run into the stack of a worker thread. */
const RECURSION_LIMIT = 90;

/** Instances that stand by, so that several texts in a row may break one each without a turn of the event loop. */
const SPARES = 6;

/** What is used of the package's glue. Each evaluation of that module holds one WASM instance for good. */
interface ParserModule {
  readonly initSync: (options: { readonly module: WebAssembly.Module }) => unknown;
  readonly parse_sql_with_options: (
    dialect: string,
    sql: string,
    options: { readonly recursionLimit: number },
  ) => unknown;
}

let loading: Promise<SqlParser> | undefined;

/**
 * Loads the WASM parser, once for the process. Rejects where the package's files cannot be read. A text that overflows
 * the stack or panics leaves an instance behind that answers wrongly; the next text gets a fresh one. A text that might
 * never come to an end is parsed in a thread that can be stopped.
 */
export function loadSqlParser(): Promise<SqlParser> {
  loading ??= RecoveringParser.load().catch(loadPlainParser);
  return loading;
}

const PACKAGE = "@guanmingchiu/sqlparser-ts";

/**
 * Where the package is: seen from this file, or from the program that runs, as a bundler gives this file another place.
 * Undefined: nowhere.
 */
function findPackage(): URL | undefined {
  for (const from of [import.meta.url, process.argv[1], join(process.cwd(), "package.json")]) {
    try {
      return pathToFileURL(createRequire(from ?? "").resolve(PACKAGE));
    } catch {
      // The next place is tried.
    }
  }
  return undefined;
}

/** Where a bundler hides the package's files, the package finds them itself; it can neither be loaded anew nor stopped. */
async function loadPlainParser(): Promise<SqlParser> {
  const { init, Parser } = await import("@guanmingchiu/sqlparser-ts");
  await init();
  return {
    parse: (sql, parserDialect) => {
      if (mayParseSlowly(sql))
        throw new ParseTimeError("the parser cannot be stopped here, so it was not asked");
      return new Parser({ name: parserDialect } as ConstructorParameters<typeof Parser>[0])
        .withRecursionLimit(RECURSION_LIMIT)
        .parse(sql);
    },
  };
}

class RecoveringParser implements SqlParser {
  readonly #compiled: WebAssembly.Module;
  readonly #folder: URL;
  readonly #spares: ParserModule[] = [];
  readonly #stoppable: SqlParser;
  #active: ParserModule | undefined;
  #evaluated = 0;

  private constructor(compiled: WebAssembly.Module, folder: URL) {
    this.#compiled = compiled;
    this.#folder = folder;
    const glue = new URL("sqlparser_rs_wasm.js", folder).href;
    this.#stoppable = new StoppableParser({ compiled, glue, recursionLimit: RECURSION_LIMIT });
  }

  static async load(): Promise<RecoveringParser> {
    const entry = findPackage();
    if (!entry) throw new Error(`${PACKAGE} is not where it should be`);
    const folder = new URL("../wasm/", entry);
    const bytes = await readFile(new URL("sqlparser_rs_wasm_bg.wasm", folder));
    const made = new RecoveringParser(await WebAssembly.compile(bytes), folder);
    await Promise.all(Array.from({ length: SPARES }, () => made.#addSpare()));
    return made;
  }

  /** The query in the address makes the module loader evaluate the glue anew. */
  async #addSpare(): Promise<void> {
    const address = new URL(`sqlparser_rs_wasm.js?instance=${this.#evaluated++}`, this.#folder);
    const module: unknown = await import(/* webpackIgnore: true */ /* @vite-ignore */ address.href);
    this.#spares.push(module as ParserModule);
  }

  #instance(): ParserModule {
    if (this.#active) return this.#active;
    const next = this.#spares.pop();
    if (!next) throw new Error("unreachable: the SQL parser broke on several texts in a row");
    next.initSync({ module: this.#compiled });
    this.#active = next;
    return next;
  }

  readonly parse = (sql: string, parserDialect: string): readonly unknown[] =>
    mayParseSlowly(sql)
      ? this.#stoppable.parse(sql, parserDialect)
      : this.#parseHere(sql, parserDialect);

  #parseHere(sql: string, parserDialect: string): readonly unknown[] {
    const instance = this.#instance();
    try {
      return instance.parse_sql_with_options(parserDialect, sql, {
        recursionLimit: RECURSION_LIMIT,
      }) as readonly unknown[];
    } catch (error) {
      if (isBroken(error)) this.#replace();
      throw asError(error);
    }
  }

  #replace(): void {
    this.#active = undefined;
    // Without a spare the next text says so; there is nobody here to tell that the file has gone.
    this.#addSpare().catch(() => undefined);
  }
}

/** A trap or an overflow, as against an answer of the parser. */
const isBroken = (error: unknown): boolean =>
  error instanceof WebAssembly.RuntimeError || error instanceof RangeError;

function asError(error: unknown): Error {
  if (error instanceof Error) return error;
  const { message } = (error ?? {}) as { readonly message?: unknown };
  return new Error(typeof message === "string" ? message : String(error));
}
