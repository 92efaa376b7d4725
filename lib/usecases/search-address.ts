/** A text that somebody copied from the address bar. */
export const isAddress = (query: string): boolean => /^\s*https?:\/\/\S+\s*$/i.test(query);

/** What tells one page from another: host and path, without protocol, query, fragment and a slash at the end. */
export function addressKey(url: string): string {
  return (
    url
      .trim()
      .replace(/^https?:\/\//i, "")
      .replace(/^www\./i, "")
      // Some tools keep their pages behind a hash.
      .replace("#/", "")
      .replace(/[?#].*$/s, "")
      .replace(/\/+$/, "")
      .toLowerCase()
  );
}

interface Addressed {
  /** Position in the list of addresses. */
  readonly at: number;
  readonly score: number;
}

/** The same page, then pages of which the pasted one is a part (`…/dashboard/7/edit`, `…/dashboard/7-sales`), the nearest first. */
export function findByAddress(addresses: readonly string[], query: string): readonly Addressed[] {
  const wanted = addressKey(query);
  return addresses.flatMap((address, at): Addressed[] => {
    if (address === "" || !address.includes("/")) return [];
    if (address === wanted) return [{ at, score: Number.MAX_SAFE_INTEGER }];
    const isPart =
      wanted.startsWith(address) && /[^\p{L}\p{N}]/u.test(wanted[address.length] ?? "");
    return isPart ? [{ at, score: address.length }] : [];
  });
}
