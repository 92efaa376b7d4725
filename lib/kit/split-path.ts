/** A full name in the parts that a reader looks for. */
export interface NamePath {
  /** Where it lies, from the outermost: database and schema, or folders. */
  readonly within: readonly string[];
  readonly name: string;
  /** What stands between two parts. */
  readonly separator: "." | "/";
}

/** `warehouse.sales.orders` lies in `warehouse` and `sales`; what has slashes is a path, whose dots belong to names. */
export function splitPath(fullName: string): NamePath {
  const separator = fullName.includes("/") ? "/" : ".";
  const parts = fullName.split(separator);
  return { within: parts.slice(0, -1), name: parts.at(-1) ?? "", separator };
}
