import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";

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
 * the stack or panics leaves an instance behind that answers wrongly; the next text gets a fresh one.
 */
export function loadSqlParser(): Promise<SqlParser> {
  loading ??= RecoveringParser.load().catch(loadPlainParser);
  return loading;
}

/** Where a bundler hides the package's files, the package finds them itself; it cannot be loaded anew then. */
async function loadPlainParser(): Promise<SqlParser> {
  const { init, Parser } = await import("@guanmingchiu/sqlparser-ts");
  await init();
  return {
    parse: (sql, parserDialect) =>
      new Parser({ name: parserDialect } as ConstructorParameters<typeof Parser>[0])
        .withRecursionLimit(RECURSION_LIMIT)
        .parse(sql),
  };
}

class RecoveringParser implements SqlParser {
  readonly #compiled: WebAssembly.Module;
  readonly #folder: URL;
  readonly #spares: ParserModule[] = [];
  #active: ParserModule | undefined;
  #evaluated = 0;

  private constructor(compiled: WebAssembly.Module, folder: URL) {
    this.#compiled = compiled;
    this.#folder = folder;
  }

  static async load(): Promise<RecoveringParser> {
    const entry = createRequire(import.meta.url).resolve("@guanmingchiu/sqlparser-ts");
    const folder = new URL("../wasm/", pathToFileURL(entry));
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

  readonly parse = (sql: string, parserDialect: string): readonly unknown[] => {
    const instance = this.#instance();
    try {
      return instance.parse_sql_with_options(parserDialect, sql, {
        recursionLimit: RECURSION_LIMIT,
      }) as readonly unknown[];
    } catch (error) {
      if (isBroken(error)) this.#replace();
      throw asError(error);
    }
  };

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
