"use client";

import { useState } from "react";
import type { OrderedStep } from "#lib/review/order-changes.ts";
import type { ReviewContent } from "#lib/review/review-action.ts";
import { describeChange, nameChangeTarget } from "#lib/view/change-kinds.ts";
import { nameSome } from "#lib/view/incident-words.ts";
import { changesOf } from "#lib/view/review-words.ts";
import { saySentence } from "#lib/view/say-sentence.ts";
import { Button } from "../ui/button.tsx";
import { Panel } from "../ui/panel.tsx";

/** Several changes at once: in which order they break the least. Judged when it is asked for. */
export function OrderPanel({
  id,
  content,
}: {
  readonly id: string;
  readonly content: ReviewContent;
}) {
  const [steps, setSteps] = useState<readonly OrderedStep[] | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [isAsking, setAsking] = useState(false);
  const ask = async () => {
    setAsking(true);
    const answer = await fetchOrder(id);
    setAsking(false);
    if (typeof answer === "string") setProblem(answer);
    else setSteps(answer);
  };
  return (
    <Panel
      id="order"
      title="Several changes"
      note={`${changesOf(content).length}, judged together above`}
    >
      {steps === undefined ? (
        <p className="flex flex-wrap items-center gap-3 px-4 py-3 text-ink2">
          <span className="min-w-0 flex-1">In which order do they break the least?</span>
          {problem === undefined ? null : <span role="alert">{saySentence(problem)}</span>}
          <Button disabled={isAsking} onClick={() => void ask()}>
            {isAsking ? "Judging every step…" : "Put them in order"}
          </Button>
        </p>
      ) : (
        <ol className="list-none divide-y divide-line">
          {steps.map(({ change, breaks, broken }, at) => {
            const asked = content.changes[change];
            return (
              <li key={change} className="flex gap-3 px-4 py-2.5">
                <span className="w-5 flex-none text-right text-ink3 tabular-nums">{at + 1}</span>
                <span className="min-w-0 flex-1 wrap-anywhere">
                  {asked === undefined ? null : (
                    <>
                      <code className="font-mono text-small">{nameChangeTarget(asked)}</code>{" "}
                      {describeChange(asked)}
                    </>
                  )}
                  <span className="block text-ink2 text-small">
                    {breaks.length === 0 ? "breaks nothing more" : `affects ${nameSome(breaks)}`}
                  </span>
                </span>
                <span className="flex-none text-ink2 text-small tabular-nums">
                  {broken} affected
                </span>
              </li>
            );
          })}
        </ol>
      )}
    </Panel>
  );
}

async function fetchOrder(id: string): Promise<readonly OrderedStep[] | string> {
  try {
    const response = await fetch(`/api/v1/reviews/${encodeURIComponent(id)}/order`);
    const answer = (await response.json()) as {
      readonly steps?: readonly OrderedStep[];
      readonly detail?: string;
    };
    return answer.steps ?? answer.detail ?? `the server answered ${response.status}`;
  } catch {
    return "the server does not answer";
  }
}
