import { useState } from "react";
import type { ReviewedVerdict } from "#lib/review/review-action.ts";
import type { ShownReview } from "#lib/review/shown-review.ts";
import { hasNews, sayDay, sayWhatItIs, sayWhatItWas } from "#lib/view/review-words.ts";
import { saySentence } from "#lib/view/say-sentence.ts";
import { VERDICT_WORDS } from "#lib/view/verdict-words.ts";
import { Button } from "../ui/button.tsx";
import { VERDICT_TEXT, VerdictMark } from "../verdict/verdict-mark.tsx";
import type { Enter } from "./use-review.ts";

/** What the graph of today says that the frozen one did not. Nothing, most of the time: then one line. */
export function SinceThen({
  shown: { review, today },
  onEnter,
}: {
  readonly shown: ShownReview;
  readonly onEnter: Enter;
}) {
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const { appeared, gone, altered, vanished, graphVersion } = today;
  const frozen = review.content.graphVersion;
  if (graphVersion === frozen)
    return <p className="px-4 py-3 text-ink2">The graph is the one that it was judged on.</p>;
  if (appeared.length + gone.length + altered.length + vanished.length === 0)
    return (
      <p className="px-4 py-3 text-ink2">
        On today's graph {graphVersion} it does the same as on the frozen {frozen}.
      </p>
    );
  const isAsked = !hasNews(today) || ENDED.has(review.state);
  const judge = async () => setProblem(await onEnter({ kind: "judge_again" }));
  return (
    <>
      <ul className="list-none divide-y divide-line">
        {vanished.map((text) => (
          <li key={text} className="px-4 py-2.5 font-medium wrap-anywhere">
            Cannot be judged any more: {text}
          </li>
        ))}
        {appeared.map((entry) => (
          <Line
            key={entry.asset}
            entry={entry}
            text={
              entry.staleSince === undefined
                ? "was not affected, is now"
                : `no source tells of it since ${sayDay(entry.staleSince)}; was not affected, is now`
            }
          />
        ))}
        {altered.map(({ before, now }) => (
          <Line
            key={now.asset}
            entry={now}
            text={`${sayWhatItWas({ before, now })}, is now`}
            word={sayWhatItIs({ before, now })}
          />
        ))}
        {gone.map((entry) => (
          <li key={entry.asset} className="px-4 py-2.5 wrap-anywhere">
            <b className="font-medium">{entry.name}</b>{" "}
            <span className="text-ink2">is not affected any more</span>
          </li>
        ))}
      </ul>
      {isAsked ? null : (
        <div className="no-print flex flex-wrap items-center gap-x-4 gap-y-2 border-line border-t px-4 py-3">
          <p className="min-w-0 flex-1 basis-64 text-ink2">
            Nobody was asked about what came later. Judged again, its owners are, and what others
            said stands.
          </p>
          <Button onClick={() => void judge()}>Judge it again</Button>
          {problem === undefined ? null : (
            <p role="alert" className="basis-full font-medium wrap-anywhere">
              {saySentence(problem)}
            </p>
          )}
        </div>
      )}
    </>
  );
}

const ENDED: ReadonlySet<string> = new Set(["removed", "abandoned"]);

function Line({
  entry,
  text,
  word = VERDICT_WORDS[entry.verdict],
}: {
  readonly entry: ReviewedVerdict;
  readonly text: string;
  readonly word?: string;
}) {
  return (
    <li className="flex flex-wrap items-center gap-x-2 px-4 py-2.5">
      <b className="font-medium wrap-anywhere">{entry.name}</b>
      <span className="text-ink2">{text}</span>
      <span className="inline-flex items-center gap-1.5">
        <VerdictMark verdict={entry.verdict} />
        <span className={`font-[550] ${VERDICT_TEXT[entry.verdict]}`}>{word}</span>
      </span>
    </li>
  );
}
