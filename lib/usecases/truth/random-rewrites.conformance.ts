import fc from "fast-check";

/** What a random query says, apart from how it is written. */
export interface QuerySaid {
  readonly conditions: readonly Condition[];
  readonly join: "none" | "inner" | "left";
  /** A further condition of the join. */
  readonly onCountry: boolean;
  readonly shape: "rows" | "distinct" | "groups" | "first";
  readonly byCountry: boolean;
  readonly value: "plain" | "default" | "choice" | "double";
  readonly measure: "sum" | "count" | "some";
  /** Which row of each status is kept. */
  readonly place: number;
}

type Condition =
  | { readonly kind: "above"; readonly limit: number }
  | { readonly kind: "among"; readonly words: readonly string[] }
  | { readonly kind: "between"; readonly low: number; readonly high: number }
  | { readonly kind: "neither"; readonly limit: number; readonly word: string }
  | { readonly kind: "paid" };

const word = fc.constantFrom("open", "paid", "void");
const small = fc.integer({ min: 0, max: 4 });

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ kind: fc.constant("above" as const), limit: small }),
  fc.record({
    kind: fc.constant("among" as const),
    words: fc.uniqueArray(word, { minLength: 2, maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant("between" as const), low: small, high: small }),
  fc.record({ kind: fc.constant("neither" as const), limit: small, word }),
  fc.record({ kind: fc.constant("paid" as const) }),
);

export const querySaid: fc.Arbitrary<QuerySaid> = fc.record({
  conditions: fc.array(condition, { maxLength: 2 }),
  join: fc.constantFrom("none" as const, "inner" as const, "left" as const),
  onCountry: fc.boolean(),
  shape: fc.constantFrom("rows" as const, "distinct" as const, "groups" as const, "first" as const),
  byCountry: fc.boolean(),
  value: fc.constantFrom(
    "plain" as const,
    "default" as const,
    "choice" as const,
    "double" as const,
  ),
  measure: fc.constantFrom("sum" as const, "count" as const, "some" as const),
  place: fc.constantFrom(1, 2),
});

/** Which of several spellings is taken, one after the other. */
export const spellings: fc.Arbitrary<readonly number[]> = fc.array(fc.nat({ max: 5 }), {
  minLength: 24,
  maxLength: 24,
});

/** The query as a text: whatever the spellings are, it means the same. */
export function writeQuery(said: QuerySaid, chosen: readonly number[]): string {
  return new Writer(said, chosen).query();
}

class Writer {
  readonly #said: QuerySaid;
  readonly #chosen: readonly number[];
  #at = 0;

  constructor(said: QuerySaid, chosen: readonly number[]) {
    this.#said = said;
    this.#chosen = chosen;
  }

  #pick(...texts: readonly string[]): string {
    const number = this.#chosen[this.#at++ % this.#chosen.length] ?? 0;
    return texts[number % texts.length] ?? "";
  }

  query(): string {
    const { join } = this.#said;
    const conditions = this.#said.conditions.map((each) => this.#condition(each));
    const isStep = conditions.length > 0 && this.#pick("here", "below", "beside") !== "here";
    const filter = conditions.length === 0 ? "" : ` where ${this.#all(conditions)}`;
    const orders = isStep ? `(select * from orders o${filter})` : "orders";
    const body = this.#shaped(`${this.#from(orders)}${isStep ? "" : filter}`, join !== "none");
    return this.#pick(
      body,
      `with final as (${body}) select * from final`,
      `select * from (${body}) done`,
    );
  }

  #from(orders: string): string {
    const { join, onCountry } = this.#said;
    if (join === "none") return `${orders} o`;
    const countries = "(select customer_id, country from customers)";
    const c = this.#pick("customers c", `${countries} c`);
    const key = this.#pick("o.customer_id = c.customer_id", "c.customer_id = o.customer_id");
    if (!onCountry && this.#pick("on", "using") === "using")
      return `${orders} o ${join} join ${c} using (customer_id)`;
    const on = onCountry ? `${key} and c.country = 'x'` : key;
    if (join === "left" && this.#pick("left", "right") === "right")
      return `${c} right join ${orders} o on ${on}`;
    return `${orders} o ${join} join ${c} on ${on}`;
  }

  #all(conditions: readonly string[]): string {
    const [first = "", second] = conditions;
    if (second === undefined) return this.#pick(first, `(${first})`, `${first} and 1 = 1`);
    return this.#pick(`${first} and ${second}`, `${second} and (${first})`);
  }

  #condition(said: Condition): string {
    switch (said.kind) {
      case "above":
        return this.#pick(`o.amount > ${said.limit}`, `${said.limit} < o.amount`);
      case "among": {
        const listed = said.words.map((text) => `'${text}'`);
        const asked = listed.map((text) => this.#pick(`o.status = ${text}`, `${text} = o.status`));
        return this.#pick(
          `o.status in (${listed.join(", ")})`,
          `o.status in (${[...listed].reverse().join(", ")})`,
          `(${asked.join(" or ")})`,
        );
      }
      case "between":
        return this.#pick(
          `o.amount between ${said.low} and ${said.high}`,
          `o.amount >= ${said.low} and o.amount <= ${said.high}`,
          `not (not ${said.low} <= o.amount or not o.amount <= ${said.high})`,
        );
      case "neither":
        return this.#pick(
          `not (o.amount = ${said.limit} or o.status = '${said.word}')`,
          `(o.amount <> ${said.limit} and not o.status = '${said.word}')`,
        );
      case "paid":
        return `exists (select ${this.#pick("1", "*", "p.amount")} from payments p where p.order_id = o.id)`;
    }
  }

  #shaped(from: string, isJoined: boolean): string {
    const { shape, byCountry } = this.#said;
    const keys = isJoined && byCountry ? ["o.status", "c.country"] : ["o.status"];
    const value = this.#value();
    if (shape === "rows") return `select o.id, ${keys.join(", ")}, ${value} as v from ${from}`;
    if (shape === "distinct")
      return this.#pick(
        `select distinct ${keys.join(", ")}, ${value} as v from ${from}`,
        `select ${keys.join(", ")}, ${value} as v from ${from} group by all`,
        `select ${keys.join(", ")}, ${value} as v from ${from} group by ${[...keys, value].join(", ")}`,
      );
    if (shape === "groups") {
      const positions = keys.map((_, at) => at + 1).join(", ");
      const by = this.#pick(keys.join(", "), positions, "all", [...keys].reverse().join(", "));
      return `select ${this.#pick("", "distinct ")}${keys.join(", ")}, ${this.#measure()} as v from ${from} group by ${by}`;
    }
    return this.#numbered(from, keys, value);
  }

  #numbered(from: string, keys: readonly string[], value: string): string {
    const order = this.#pick(
      "o.amount, o.id",
      "o.amount asc nulls last, o.id",
      "o.amount, o.id, 1",
    );
    const other = this.#said.join === "none" ? "" : ", c.country";
    const number = `row_number() over (partition by o.status order by ${order}${other})`;
    const { place } = this.#said;
    const outputs = `o.id, ${keys.join(", ")}, ${value} as v`;
    const names = ["id", ...keys.map((key) => key.slice(2)), "v"].join(", ");
    return this.#pick(
      `select ${outputs} from ${from} qualify ${number} = ${place}`,
      `select ${names} from (select ${outputs}, ${number} as rn from ${from}) numbered where rn = ${place}`,
    );
  }

  #value(): string {
    switch (this.#said.value) {
      case "plain":
        return this.#pick("o.amount", "(o.amount)");
      case "default":
        return this.#pick(
          "coalesce(o.amount, 0)",
          "ifnull(o.amount, 0)",
          "case when o.amount is null then 0 else o.amount end",
          "coalesce(o.amount, coalesce(o.amount, 0))",
        );
      case "choice":
        return this.#pick(
          "case o.status when 'open' then 1 when 'paid' then 2 else 0 end",
          "case when o.status = 'paid' then 2 when 'open' = o.status then 1 else 0 end",
        );
      case "double":
        return this.#pick("o.amount * 2", "2 * o.amount");
    }
  }

  #measure(): string {
    switch (this.#said.measure) {
      case "sum":
        return "sum(o.amount)";
      case "count":
        return this.#pick("count(*)", "count(1)", "coalesce(count(*), 0)");
      case "some":
        return this.#pick(
          "sum(o.amount) filter (where o.amount > 1)",
          "sum(case when 1 < o.amount then o.amount end)",
        );
    }
  }
}
