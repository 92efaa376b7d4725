import type { MergedAsset } from "./merged-graph.ts";

/** Whether a view holds on to what it was made of. dbt makes a view again from its text, with the names that stand there. */
export const followsRenames = ({ attributes }: Pick<MergedAsset, "attributes">): boolean =>
  attributes.followsRenames === true && attributes.dbtUniqueId === undefined;
