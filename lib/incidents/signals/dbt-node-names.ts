const NODE = /^(?:model|seed|snapshot|source|unit_test)\./;

/**
 * What a dbt node may be called in the warehouse, by its `unique_id`, the most exact first: a version of a model is built under
 * its own alias (`model.shop.orders.v2` as `orders_v2`), a unit test is about its model. Undefined: this is no such id.
 */
export function dbtNodeNames(id: string): readonly string[] | undefined {
  if (!NODE.test(id)) return undefined;
  const [kind, , ...rest] = id.split(".");
  const [name, ...more] = rest;
  if (name === undefined) return undefined;
  if (kind === "source") return [rest.join(".")];
  if (kind === "unit_test" || more.length === 0) return [name];
  const version = more.join("_").replace(/^v/, "");
  return [`${name}_v${version}`, name];
}
