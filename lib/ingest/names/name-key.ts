import type { AssetName } from "#lib/model/asset-id.ts";

export const nameKey = (name: AssetName): string => `${name.namespace}\u0000${name.name}`;
