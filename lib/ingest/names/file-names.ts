import type { AssetName } from "#lib/model/asset-id.ts";
import { settleAddress } from "./object-store.ts";

const IS_ADDRESS = /^[a-z][\w+.-]*:\/\//i;

/** `s3://lake` and `orders` are `s3://lake/orders`, and so is `s3a://lake/`: what SQL calls a file that OpenLineage names in two. */
export const addressOf = ({ namespace, name }: AssetName): string | undefined =>
  IS_ADDRESS.test(namespace)
    ? settleAddress(`${namespace.replace(/\/+$/, "")}/${name.replace(/^\/+/, "")}`)
    : undefined;

/**
 * The addresses that a file in SQL may mean, the nearest first: itself, and where it holds wildcards the folder above
 * them, which is what writers call the dataset. None where the path is no file.
 */
export function fileAddresses(path: readonly string[]): readonly string[] {
  const [file] = path;
  if (path.length !== 1 || file === undefined || !file.includes("/")) return [];
  const wildcard = file.search(/[*?[{]/);
  if (wildcard < 0) return [settleAddress(file.replace(/\/+$/, ""))];
  return [file, file.slice(0, wildcard).replace(/\/[^/]*$/, "")].map(settleAddress);
}
