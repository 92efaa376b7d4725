import { makeTable } from "#lib/kit/make-table.ts";

/**
 * Schemes of stores of files, by the one that stands for all of a store. S3's three are three clients of one bucket (Hadoop's
 * `s3n` and `s3a`), `gcs` is what fsspec calls `gs`, and Azure's four are two services of one account, with and without
 * TLS. What is not here is as it is written.
 */
const STORES: Readonly<Record<string, string>> = makeTable({
  s3: "s3",
  s3a: "s3",
  s3n: "s3",
  gs: "gs",
  gcs: "gs",
  abfs: "abfs",
  abfss: "abfs",
  wasb: "abfs",
  wasbs: "abfs",
  hdfs: "hdfs",
  oss: "oss",
});

/** `container@account.blob.core.windows.net`: the account's two services hold the same files. */
const AZURE = /^([^@/]+)@([^./@]+)\.(?:dfs|blob)\.([^/:]+)$/i;

export interface StoredPlace {
  /** The store with its bucket or container, in one spelling: `s3://lake`. */
  readonly store: string;
  /** Below it, without slashes at either end. */
  readonly path: string;
}

/** The bucket that was asked for last: many names in a row are of the same. */
let last: { readonly namespace: string; readonly place: StoredPlace | undefined } = {
  namespace: "",
  place: undefined,
};

/** Where a dataset of a store of files lies, however its client spells that; undefined for all other names. */
export function storedPlaceOf(namespace: string, name: string): StoredPlace | undefined {
  if (last.namespace !== namespace) last = { namespace, place: readPlace(namespace) };
  const { place } = last;
  if (place === undefined) return undefined;
  const below = trimSlashes(name);
  const path = [place.path, below].filter((part) => part !== "").join("/");
  return { store: place.store, path };
}

/** The same of a whole address: `s3a://lake/orders/` is `s3://lake/orders`. What is no address of a store stays as it is. */
export function settleAddress(address: string): string {
  const place = readPlace(address);
  if (place === undefined) return address;
  return place.path === "" ? place.store : `${place.store}/${place.path}`;
}

function readPlace(address: string): StoredPlace | undefined {
  const [, scheme = "", bucket = "", path = ""] =
    /^([A-Za-z][A-Za-z0-9]*):\/\/([^/]+)(.*)$/s.exec(address) ?? [];
  const store = STORES[scheme.toLowerCase()];
  if (store === undefined || bucket === "") return undefined;
  const [, container, account, host] = store === "abfs" ? (AZURE.exec(bucket) ?? []) : [];
  const settled =
    container === undefined || account === undefined || host === undefined
      ? bucket
      : `${container}@${account}.${host}`.toLowerCase();
  return { store: `${store}://${settled}`, path: trimSlashes(path) };
}

function trimSlashes(text: string): string {
  let [start, end] = [0, text.length];
  while (text[start] === "/") start += 1;
  while (end > start && text[end - 1] === "/") end -= 1;
  return text.slice(start, end);
}
