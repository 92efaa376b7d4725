import type { AssetName } from "#lib/model/asset-id.ts";
import { storedPlaceOf } from "./object-store.ts";

/** Equal for names that mean one thing by their spelling alone. */
export function nameKey({ namespace, name }: AssetName): string {
  const place = storedPlaceOf(namespace, name);
  return place === undefined ? `${namespace}\u0000${name}` : `${place.store}\u0000${place.path}`;
}
