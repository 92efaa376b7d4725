/** A key of a table, by the name that a statement drops it by. */
export interface TableKey {
  /** In lower case: as it is written, or as PostgreSQL calls one without a name. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly isPrimary: boolean;
}

interface NewKey {
  readonly name?: string | undefined;
  readonly table: readonly string[];
  readonly columns: readonly string[];
  readonly isPrimary: boolean;
}

/** PostgreSQL's names: `orders_pkey`, `orders_email_key`. */
export function makeKey({ name, table, columns, isPrimary }: NewKey): TableKey {
  const last = table.at(-1) ?? "";
  const usual = isPrimary ? `${last}_pkey` : [last, ...columns, "key"].join("_");
  return { name: (name ?? usual).toLowerCase(), columns, isPrimary };
}

/** Names that people and databases give to what is no key. */
const IS_NO_KEY = /(?:^|_)(?:fk|fkey|foreign|check|chk|ck|not_null|excl)(?:_|\d|$)/i;

/** What dropping a constraint takes: a key, nothing that makes rows unique, or nobody can say. */
export function findDropped(
  keys: readonly TableKey[],
  { name, others }: { readonly name: string; readonly others: ReadonlySet<string> },
): TableKey | "no key" | "unknown" {
  const found = keys.find((key) => key.name === name.toLowerCase());
  if (found) return found;
  const isOther = others.has(name.toLowerCase()) || IS_NO_KEY.test(name) || keys.length === 0;
  return isOther ? "no key" : "unknown";
}
