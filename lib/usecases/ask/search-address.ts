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

/** Below a host: what is behind it in the address, without what tools put before every page. */
function pathOf(address: string): string {
  const slash = address.startsWith("/") ? 0 : address.indexOf("/");
  const [first = ""] = address.split("/");
  // A workbook of Tableau is called by its path alone: `Sales/Overview`.
  const path =
    slash < 0 || !(first === "" || /[.:]/.test(first)) ? `/${address}` : address.slice(slash);
  return path
    .replace(/^\/#/, "")
    .replace(/^\/(?:site|t)\/[^/]+(?=\/)/, "")
    .replace(/^\/views(?=\/)/, "");
}

/** One word is no page: `/home` is everywhere. */
const isPage = (path: string): boolean => /^\/[^/]+\/[^/]/.test(path);

/** `/dashboard/7`, of `/dashboard/7-weekly-sales`, as Metabase spells an address. */
const withoutTitle = (path: string): string => path.replace(/\/(\d+)-[^/]*$/, "/$1");

/** Parameters that say which page it is, where a tool has one path for all. */
const TELLING = /[?&#](slice_id|dashboard_id|report_?id|id)=([^&#]+)/gi;

const tellingOf = (url: string): ReadonlySet<string> =>
  new Set([...url.matchAll(TELLING)].map(([, name, value]) => `${name}=${value}`.toLowerCase()));

interface Addressed {
  /** Position in the list of addresses. */
  readonly at: number;
  readonly score: number;
}

/** What `findByAddress` compares, of an address that an asset opens at. */
export interface KnownAddress {
  readonly key: string;
  readonly path: string;
  readonly telling: ReadonlySet<string>;
}

export const knownAddress = (url: string): KnownAddress => {
  const key = addressKey(url);
  return { key, path: withoutTitle(pathOf(key)), telling: tellingOf(url) };
};

/**
 * The same page, then pages of which the pasted one is a part (`…/dashboard/7/edit`, `…/dashboard/7-sales`), the nearest first.
 * Where none is known below this host, the host may have another name: then pages at the same path, the nearest only.
 */
export function findByAddress(known: readonly KnownAddress[], query: string): readonly Addressed[] {
  const wanted = addressKey(query);
  const telling = tellingOf(query);
  const may = known.flatMap((one, at) =>
    [...one.telling].every((each) => telling.has(each)) ? [{ at, one }] : [],
  );
  const here = may.flatMap(({ at, one: { key } }): Addressed[] => {
    if (!key.includes("/")) return [];
    if (key === wanted) return [{ at, score: Number.MAX_SAFE_INTEGER }];
    return isPart(wanted, key) ? [{ at, score: key.length }] : [];
  });
  if (here.length > 0) return here;
  const path = pathOf(wanted);
  const elsewhere = may.flatMap(({ at, one }): Addressed[] => {
    const isSame = one.path === withoutTitle(path) || isPart(path, one.path);
    const tells = isPage(one.path) || one.telling.size > 0;
    return isSame && tells ? [{ at, score: one.path.length }] : [];
  });
  const best = Math.max(...elsewhere.map(({ score }) => score));
  return elsewhere.filter(({ score }) => score === best);
}

const isPart = (wanted: string, known: string): boolean =>
  wanted.startsWith(known) && /[^\p{L}\p{N}]/u.test(wanted[known.length] ?? "");
