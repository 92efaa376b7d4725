/** Ends an exhaustive switch: a new variant is then a compile error here, and a clear one at run time. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
