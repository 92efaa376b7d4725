import type { StoreVersion } from "./lineage-store.ts";

/** The version of a store that holds nothing yet. */
export const VERSION_ZERO: StoreVersion = { version: 0, at: "", source: "", written: 0 };
