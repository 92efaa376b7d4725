import type { ChangeInput } from "#lib/impact/change.ts";
import type { SearchHit } from "./page-answers.ts";

/** How a hit of the search is called in a change: by its name, and with its namespace where another hit has the same name. */
export function nameHit(
  hit: Pick<SearchHit, "name" | "namespace">,
  others: readonly Pick<SearchHit, "name" | "namespace">[] = [],
): ChangeInput["asset"] {
  const shared = others.some(
    (other) => other.name === hit.name && other.namespace !== hit.namespace,
  );
  return shared ? { namespace: hit.namespace, name: hit.name } : hit.name;
}

/** The question that a search opens with: it is dropped. Everything milder is a click away. */
export function worstChangeOf(hit: SearchHit, others: readonly SearchHit[] = []): ChangeInput {
  const asset = nameHit(hit, others);
  return hit.column === undefined
    ? { kind: "table_dropped_or_renamed", asset }
    : { kind: "drop_column", asset, column: hit.column };
}
