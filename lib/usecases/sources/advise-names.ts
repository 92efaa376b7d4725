import type { LineageBatch } from "#lib/model/claim.ts";
import type { Problem } from "#lib/model/problem.ts";
import { saidByAsset, sayPair, suggestNameRules } from "../identity/suggest-name-rules.ts";

const EXAMPLES = 3;

/**
 * Problems of tables that look like one and are kept apart by a database, its alias or a server's spelling only: one for each
 * rule that would join them, where something that was read just now is among them.
 */
export function adviseNames(
  batches: readonly LineageBatch[],
  fresh: ReadonlySet<string>,
): readonly Problem[] {
  const said = saidByAsset(batches);
  return suggestNameRules(said)
    .filter(({ assets }) =>
      [...assets].some((id) => said.get(id)?.some(({ source }) => fresh.has(source.id))),
    )
    .map(({ rule, pairs }) => ({
      code: "ambiguous-name",
      message: `${pairs.length === 1 ? "a table looks like another one and is" : `${pairs.length} tables look like others and are`} kept apart by a part of the name only: ${pairs.slice(0, EXAMPLES).map(sayPair).join(", ")}${pairs.length > EXAMPLES ? ", …" : ""}`,
      next: `If they are one, say \`names: {${rule}}\` in faultline.yaml, or confirm each with \`faultline identity\`.`,
      severity: "warning",
    }));
}
