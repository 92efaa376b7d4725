import { isChangeError } from "#lib/impact/assess-change.ts";
import { answerImpact } from "#lib/usecases/ask/answer-impact.ts";
import type { GraphView } from "#lib/usecases/graph/graph-view.ts";
import { type Cell, compareChange } from "./compare.ts";
import type { ExecutedChange } from "./executed-change.ts";

export interface Judged {
  readonly cells: readonly Cell[];
  /** Changes that could not be judged, and why. */
  readonly refused: readonly string[];
  readonly changes: number;
}

/** Asks the product for each change that was run, and lays its answer beside what happened. */
export async function judgeExecuted(
  view: GraphView,
  executed: AsyncIterable<ExecutedChange> | Iterable<ExecutedChange>,
  { materialize }: { readonly materialize?: "table" } = {},
): Promise<Judged> {
  const cells: Cell[] = [];
  const refused: string[] = [];
  let changes = 0;
  for await (const one of executed) {
    changes += 1;
    const answer = answerImpact(view, {
      changes: [one.change],
      ...(materialize === undefined ? {} : { materialize }),
    });
    if (!answer.ok) refused.push(`${one.label}: ${answer.error.message}`);
    else if ("results" in answer.value) refused.push(`${one.label}: several answers`);
    else if (isChangeError(answer.value))
      refused.push(`${one.label}: ${answer.value.error.message}`);
    else cells.push(...compareChange(one, answer.value));
  }
  return { cells, refused, changes };
}
