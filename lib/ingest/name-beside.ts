/** `name`, or `name (2)` where something beside it is called so already: what is known of a query is found by its name. */
export function nameBeside(known: readonly { readonly name: string }[], name: string): string {
  const isTaken = (wanted: string): boolean => known.some((one) => one.name === wanted);
  let free = name;
  for (let count = 2; isTaken(free); count += 1) free = `${name} (${count})`;
  return free;
}
