import type { OutlineOutput } from "#lib/ingest/sql/outline.ts";
import type { AssetComparison } from "./check-comparison.ts";

/** What the edited queries give, before or after, by name in lower case. */
export const outputsByName = (
  { queries }: AssetComparison,
  side: "before" | "after",
): ReadonlyMap<string, OutlineOutput> =>
  new Map(
    queries.flatMap(({ comparison }) =>
      (comparison?.[side] ?? []).map((output) => [output.name.toLowerCase(), output] as const),
    ),
  );
