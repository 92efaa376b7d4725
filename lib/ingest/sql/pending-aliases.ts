import { analyseExpression } from "./analyze-expression.ts";
import { containsAggregate, containsWindow } from "./analyze-group.ts";
import { type Expr, type Ident, type Select, tagOf, type WildcardOptions } from "./ast.ts";
import { childExpressions, isExpression } from "./child-expressions.ts";
import { dayCarriers } from "./counted-days.ts";
import {
  type AliasEntry,
  type Analysis,
  BARE,
  type ExpressionContext,
  type Flow,
  type Visit,
} from "./expression-context.ts";
import { FlowList } from "./flow-list.ts";
import { type Name, nameOf } from "./scope.ts";

interface NamedItem {
  readonly key: string;
  readonly expr: Expr;
}

/**
 * The names that a SELECT gives to its expressions, for WHERE and GROUP BY, which come before the projection. An
 * expression may use the names of those to its left, as in the projection itself.
 */
export class PendingAliases {
  readonly #items: readonly NamedItem[];
  readonly #byKey = new Map<string, number>();
  readonly #analysis: Analysis;

  constructor(select: Select, analysis: Analysis) {
    this.#analysis = analysis;
    this.#items = select.projection.flatMap((item): NamedItem[] => {
      const { tag, payload } = tagOf(item);
      if (tag === "Wildcard") return renamedIn(payload as WildcardOptions, analysis);
      if (tag !== "ExprWithAlias") return [];
      const { expr, alias } = payload as { readonly expr: Expr; readonly alias: Ident };
      return [{ key: nameOf(alias, analysis.dialect).key, expr }];
    });
    for (const [at, { key }] of this.#items.entries())
      if (!this.#byKey.has(key)) this.#byKey.set(key, at);
  }

  exprOf(name: Name): Expr | undefined {
    return this.#items[this.#byKey.get(name.key) ?? -1]?.expr;
  }

  /** Whether an expression folds rows or looks at others, also through the names of those to its left. */
  isOverRows(expr: Expr, isColumn: (name: Name) => boolean): boolean {
    const pending = [expr];
    const seen = new Set<Expr>();
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      if (isFolded(next)) return true;
      for (const name of namesIn(next, this.#analysis)) {
        const named = isColumn(name) ? undefined : this.exprOf(name);
        if (named) pending.push(named);
      }
    }
    return false;
  }

  /** The context in which an expression of the projection, or of another clause, knows the names to its left. */
  within(context: ExpressionContext): (expr: Expr) => ExpressionContext {
    const entries = new Map<number, AliasEntry>();
    const upTo = (end: number): ExpressionContext => ({
      ...context,
      aliases: {
        first: false,
        find: ({ key }) => {
          const at = this.#byKey.get(key);
          const item = at === undefined || at >= end ? undefined : this.#items[at];
          if (at === undefined || !item || isFolded(item.expr)) return undefined;
          const entry = entries.get(at) ?? new LazyAlias(item.expr, upTo(at));
          entries.set(at, entry);
          return entry;
        },
      },
    });
    return (expr) => {
      const own = this.#items.findIndex((item) => item.expr === expr);
      return upTo(own < 0 ? this.#items.length : own);
    };
  }
}

/** `* rename (id as key)` gives names as an alias does. */
function renamedIn({ opt_rename: rename }: WildcardOptions, analysis: Analysis): NamedItem[] {
  if (!rename) return [];
  const items = "Single" in rename ? [rename.Single] : rename.Multiple;
  return items.map(({ ident, alias }) => ({
    key: nameOf(alias, analysis.dialect).key,
    expr: { Identifier: ident },
  }));
}

const isFolded = (expr: Expr): boolean => containsAggregate(expr) || containsWindow(expr);

/** Walked when it is read: a name that a column has too may never be. */
class LazyAlias implements AliasEntry {
  readonly #expr: Expr;
  readonly #context: ExpressionContext;
  #walked: AliasEntry | undefined;

  constructor(expr: Expr, context: ExpressionContext) {
    this.#expr = expr;
    this.#context = context;
  }

  get flows(): readonly Flow[] {
    return this.#walk().flows;
  }

  get carriers(): ReadonlySet<string> {
    return this.#walk().carriers;
  }

  get type(): string | undefined {
    return this.#walk().type;
  }

  get nullable(): boolean | undefined {
    return this.#walk().nullable;
  }

  #walk(): AliasEntry {
    if (this.#walked) return this.#walked;
    const collected = new FlowList();
    const visit: Visit = { wrap: BARE, context: this.#context, sink: collected.sink };
    const type = analyseExpression(this.#expr, visit);
    const carriers = dayCarriers(this.#expr, type, { ...visit, analyse: analyseExpression });
    this.#walked = { ...type, flows: collected.flows, carriers };
    return this.#walked;
  }
}

/** The names without qualifier in an expression. */
function* namesIn(expr: Expr, analysis: Analysis): Generator<Name> {
  const pending: Expr[] = [expr];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { tag, payload } = tagOf(next);
    if (tag === "Identifier") yield nameOf(payload as Ident, analysis.dialect);
    else
      for (const child of childExpressions(payload)) if (isExpression(child)) pending.push(child);
  }
}
