import { isConsumerKind } from "#lib/model/asset.ts";
import { assetHref } from "./asset-href.ts";
import type { SearchHit } from "./page-answers.ts";
import { blastHref } from "./view-url.ts";
import { worstChangeOf } from "./worst-change.ts";

/**
 * Where a hit leads: data to what breaks without it; a dashboard, a report or a model, on which little depends, to what
 * is upstream of it and changed lately.
 */
export function hitHref(hit: SearchHit, others: readonly SearchHit[]): string {
  const isEnd = isConsumerKind(hit.kind) && hit.column === undefined;
  return isEnd ? assetHref(hit.asset) : blastHref([worstChangeOf(hit, others)]);
}
