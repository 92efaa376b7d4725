/** Columns with their types, by table. */
export type TableColumns = Readonly<Record<string, Readonly<Record<string, string>>>>;

type Kind = "number" | "text" | "date";

interface RandomColumn {
  readonly name: string;
  readonly kind: Kind;
}

/** Something that FROM holds: what it is called, what it has, how it is written. */
interface Source {
  readonly alias: string;
  readonly columns: readonly RandomColumn[];
  readonly sql: string;
}

interface RandomSelect {
  readonly sql: string;
  readonly columns: readonly RandomColumn[];
}

const T: readonly RandomColumn[] = [
  { name: "a", kind: "number" },
  { name: "b", kind: "number" },
  { name: "s", kind: "text" },
  { name: "d", kind: "date" },
];
const U: readonly RandomColumn[] = [
  { name: "x", kind: "number" },
  { name: "y", kind: "number" },
  { name: "r", kind: "text" },
];

/**
 * A query over the tables t(a, b, s, d) and u(x, y, r), the same for the same seed: CTEs, joins of every kind, correlated
 * queries, windows, groups and set operations, nested in each other.
 */
export const randomQuery = (seed: number): string => new Generator(seed).whole();

class Generator {
  #state: number;
  #aliases = 0;
  readonly #ctes: { readonly name: string; readonly columns: readonly RandomColumn[] }[] = [];

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761) >>> 0 || 1;
    for (let i = 0; i < 5; i++) this.#next();
  }

  whole(): string {
    const written: string[] = [];
    for (let count = this.#below(3); count > 0; count--) {
      const { sql, columns } = this.#query(1);
      const name = `w${written.length}`;
      written.push(`${name} as (${sql})`);
      this.#ctes.push({ name, columns });
    }
    const { sql } = this.#query(1);
    const head = written.length > 0 ? `with ${written.join(", ")} ` : "";
    return `${head}${sql}${this.#chance(0.1) ? " order by all limit 4" : ""}`;
  }

  /** From 0 to below 1. */
  #next(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    this.#state >>>= 0;
    return this.#state / 4_294_967_296;
  }

  readonly #below = (end: number): number => Math.floor(this.#next() * end);
  readonly #chance = (share: number): boolean => this.#next() < share;

  #pick<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.#below(items.length)] ?? items[0];
  }

  #choose(...ways: readonly [() => string, ...(() => string)[]]): string {
    return this.#pick(ways)();
  }

  #alias(): string {
    return `q${this.#aliases++}`;
  }

  #table(): Source {
    const alias = this.#alias();
    return this.#chance(0.5)
      ? { alias, columns: T, sql: `t ${alias}` }
      : { alias, columns: U, sql: `u ${alias}` };
  }

  #source(depth: number): Source {
    const cte = this.#ctes[this.#below(this.#ctes.length)];
    if (cte && this.#chance(0.35)) {
      const alias = this.#alias();
      return { alias, columns: cte.columns, sql: `${cte.name} ${alias}` };
    }
    if (depth === 0 || this.#chance(0.6)) return this.#table();
    const alias = this.#alias();
    const { sql, columns } = this.#query(depth - 1);
    return { alias, columns, sql: `(${sql}) ${alias}` };
  }

  #column(sources: readonly Source[], kind?: Kind): string | undefined {
    const names = sources.flatMap(({ alias, columns }) =>
      columns
        .filter((column) => kind === undefined || column.kind === kind)
        .map(({ name }) => `${alias}.${name}`),
    );
    return names[this.#below(names.length)];
  }

  #number(from: readonly Source[], depth: number): string {
    const column = this.#column(from, "number");
    if (column === undefined) return String(this.#below(9));
    if (depth <= 0 || this.#chance(0.35)) return column;
    const one = (): string => this.#number(from, depth - 1);
    const condition = (): string => this.#condition(from, depth - 1);
    return this.#choose(
      () => `${one()} + ${one()}`,
      () => `coalesce(${one()}, ${one()})`,
      () => `case when ${condition()} then ${one()} else ${one()} end`,
      () => `case when ${condition()} then ${one()} end`,
      () => `length(${this.#text(from, depth - 1)})`,
      () => `greatest(${one()}, 3)`,
      () => `nullif(${one()}, ${one()})`,
      () => `abs(${one()}) % 5`,
      () => this.#scalarQuery(from),
      () => `(${one()} // 2)`,
      () => `cast(${one()} as bigint)`,
    );
  }

  #text(from: readonly Source[], depth: number): string {
    const column = this.#column(from, "text");
    if (column === undefined) return `cast(${this.#number(from, depth - 1)} as varchar)`;
    if (depth <= 0 || this.#chance(0.5)) return column;
    const one = (): string => this.#text(from, depth - 1);
    return this.#choose(
      () => `upper(${one()})`,
      () => `${one()} || '-'`,
      () => `coalesce(${one()}, 'n')`,
      () => `cast(${this.#number(from, depth - 1)} as varchar)`,
      () => `if(${this.#condition(from, depth - 1)}, ${one()}, 'else')`,
    );
  }

  #scalarQuery(outer: readonly Source[]): string {
    const inner = this.#table();
    const key = this.#column(outer, "number");
    const fold = this.#pick(["max", "min", "sum", "count"]);
    const tie =
      key !== undefined && this.#chance(0.7) ? ` where ${this.#number([inner], 0)} <= ${key}` : "";
    return `(select ${fold}(${this.#number([inner], 0)}) from ${inner.sql}${tie})`;
  }

  #condition(from: readonly Source[], depth: number): string {
    const number = (): string => this.#number(from, depth - 1);
    const text = (): string => this.#text(from, depth - 1);
    const inner = (): string =>
      depth > 0 ? this.#condition(from, depth - 1) : `${this.#number(from, 0)} < 8`;
    return this.#choose(
      () => `${number()} > ${this.#below(10)}`,
      () => `${text()} = '${this.#pick(["p", "q", "eu", "us"])}'`,
      () => `${number()} is not null`,
      () => `${text()} in ('p', 'eu')`,
      () => `(${inner()} or ${inner()})`,
      () => `not (${inner()})`,
      () => `${number()} < ${number()}`,
      () => `${text()} like 'p%'`,
      () => `${number()} is distinct from ${number()}`,
      () => this.#membership(from),
      () => this.#existence(from),
    );
  }

  #membership(from: readonly Source[]): string {
    const alias = this.#alias();
    const inner: Source = { alias, columns: U, sql: "" };
    const where = this.#chance(0.5) ? ` where ${this.#condition([inner], 0)}` : "";
    const word = this.#chance(0.5) ? "in" : "not in";
    return `${this.#number(from, 0)} ${word} (select ${alias}.x from u ${alias}${where})`;
  }

  #existence(from: readonly Source[]): string {
    const alias = this.#alias();
    const inner: Source = { alias, columns: T, sql: "" };
    const more = this.#chance(0.5) ? ` and ${this.#condition([inner], 0)}` : "";
    const word = this.#chance(0.5) ? "exists" : "not exists";
    return `${word} (select 1 from t ${alias} where ${alias}.a = ${this.#number(from, 0)}${more})`;
  }

  #from(depth: number): { readonly sources: readonly Source[]; readonly sql: string } {
    const first = this.#source(depth);
    const sources = [first];
    let sql = first.sql;
    for (let count = this.#below(3); count > 0; count--) sql += this.#join(sources, depth);
    return { sources, sql };
  }

  /** Adds the joined side to `sources` where its columns can be named afterwards. */
  #join(sources: Source[], depth: number): string {
    const key = this.#column(sources, "number");
    if (key !== undefined && this.#chance(0.12)) {
      const alias = this.#alias();
      const columns: readonly RandomColumn[] = [
        { name: "m", kind: "number" },
        { name: "n", kind: "number" },
      ];
      sources.push({ alias, columns, sql: "" });
      return ` cross join lateral (select max(${alias}i.y) as m, count(*) as n from u ${alias}i where ${alias}i.x <= ${key}) ${alias}`;
    }
    const side = this.#source(depth);
    const own = this.#column([side], "number");
    const both = [...sources, side];
    const on =
      key !== undefined && own !== undefined
        ? `${key} = ${own}${this.#chance(0.3) ? ` and ${this.#condition(both, 0)}` : ""}`
        : this.#condition(both, 0);
    const word = this.#pick([
      "join",
      "left join",
      "right join",
      "full join",
      "semi join",
      "anti join",
    ]);
    if (word !== "semi join" && word !== "anti join") sources.push(side);
    return ` ${word} ${side.sql} on ${on}`;
  }

  #window(from: readonly Source[]): string {
    const part = this.#column(from) ?? "1";
    const order = this.#column(from) ?? "1";
    const value = this.#column(from, "number") ?? "1";
    return this.#choose(
      () => `sum(${value}) over (partition by ${part})`,
      () => `rank() over (order by ${order})`,
      () => `count(*) over (partition by ${part})`,
      () => `max(${value}) over (partition by ${part} order by ${order})`,
      () => `min(${value}) filter (where ${this.#condition(from, 0)}) over (partition by ${part})`,
    );
  }

  #select(depth: number): RandomSelect {
    const { sources, sql: from } = this.#from(depth);
    const where = this.#chance(0.45) ? ` where ${this.#condition(sources, 1)}` : "";
    const [only] = sources;
    if (only && sources.length === 1 && this.#chance(0.12))
      return { sql: `select * from ${from}${where}`, columns: only.columns };
    return this.#chance(0.35)
      ? this.#grouped(sources, `${from}${where}`)
      : this.#plain(sources, `${from}${where}`);
  }

  #grouped(sources: readonly Source[], from: string): RandomSelect {
    const columns: RandomColumn[] = [];
    const items: string[] = [];
    const keys = this.#below(3);
    for (let i = 0; i < keys; i++) {
      const isText = this.#chance(0.5);
      items.push(`${isText ? this.#text(sources, 1) : this.#number(sources, 1)} as k${i}`);
      columns.push({ name: `k${i}`, kind: isText ? "text" : "number" });
    }
    for (let i = this.#below(2); i >= 0; i--) {
      items.push(`cast(${this.#aggregate(sources)} as bigint) as m${i}`);
      columns.push({ name: `m${i}`, kind: "number" });
    }
    const positions = Array.from({ length: keys }, (_, i) => i + 1).join(", ");
    const group = keys === 0 ? "" : ` group by ${this.#chance(0.3) ? "all" : positions}`;
    const fold = this.#pick(["sum", "max", "count"]);
    const having = this.#chance(0.3) ? ` having ${fold}(${this.#number(sources, 0)}) > 2` : "";
    return { sql: `select ${items.join(", ")} from ${from}${group}${having}`, columns };
  }

  #aggregate(from: readonly Source[]): string {
    const value = (): string => this.#number(from, 1);
    const condition = (): string => this.#condition(from, 0);
    return this.#choose(
      () => `sum(${value()})`,
      () => "count(*)",
      () => `count(${value()})`,
      () => `max(${value()})`,
      () => `count(distinct ${value()})`,
      () => `min(length(${this.#text(from, 0)}))`,
      () => `sum(${value()}) filter (where ${condition()})`,
      () => `sum(case when ${condition()} then 1 else 0 end)`,
      () => `max(${value()}) + min(${this.#number(from, 0)})`,
    );
  }

  #plain(sources: readonly Source[], from: string): RandomSelect {
    const columns: RandomColumn[] = [];
    const items: string[] = [];
    for (let i = this.#below(3); i >= 0; i--) {
      const isText = this.#chance(0.35);
      const isWindow = !isText && this.#chance(0.25);
      const value = isWindow
        ? this.#window(sources)
        : isText
          ? this.#text(sources, 2)
          : this.#number(sources, 2);
      items.push(`${value} as c${i}`);
      columns.push({ name: `c${i}`, kind: isText ? "text" : "number" });
    }
    const part = this.#column(sources);
    const qualify =
      part !== undefined && this.#chance(0.12)
        ? ` qualify dense_rank() over (partition by ${part} order by ${this.#column(sources) ?? part}) <= 2`
        : "";
    const distinct = this.#chance(0.12) ? "distinct " : "";
    return { sql: `select ${distinct}${items.join(", ")} from ${from}${qualify}`, columns };
  }

  #query(depth: number): RandomSelect {
    const left = this.#select(depth);
    if (!this.#chance(0.15)) return left;
    const right = this.#select(depth);
    const width = Math.min(left.columns.length, right.columns.length);
    const asText = ({ sql, columns }: RandomSelect): string => {
      const items = columns
        .slice(0, width)
        .map(({ name }, i) => `cast(${name} as varchar) as v${i}`);
      return `select ${items.join(", ")} from (${sql}) ${this.#alias()}`;
    };
    const word = this.#pick(["union all", "union", "except", "intersect"]);
    const columns = Array.from({ length: width }, (_, i) => ({
      name: `v${i}`,
      kind: "text" as const,
    }));
    return { sql: `${asText(left)} ${word} ${asText(right)}`, columns };
  }
}
