import type { ReviewedVerdict } from "#lib/review/review-action.ts";
import type { ShownReview } from "#lib/review/shown-review.ts";
import { VERDICT_WORDS } from "#lib/view/verdict-words.ts";
import { VERDICT_TEXT, VerdictMark } from "../verdict/verdict-mark.tsx";

/** What the graph of today says that the frozen one did not. Nothing, most of the time: then one line. */
export function SinceThen({ shown: { review, today } }: { readonly shown: ShownReview }) {
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
  return (
    <ul className="list-none divide-y divide-line">
      {vanished.map((text) => (
        <li key={text} className="px-4 py-2.5 font-medium wrap-anywhere">
          Cannot be judged any more: {text}
        </li>
      ))}
      {appeared.map((entry) => (
        <Line key={entry.asset} entry={entry} text="was not affected, is now" />
      ))}
      {altered.map(({ before, now }) => (
        <Line
          key={now.asset}
          entry={now}
          text={
            before.verdict === now.verdict
              ? `was ${before.certainty ?? "of another owner"}, is now ${now.certainty ?? ""}`
              : `was ${VERDICT_WORDS[before.verdict]}, is now`
          }
        />
      ))}
      {gone.map((entry) => (
        <li key={entry.asset} className="px-4 py-2.5 wrap-anywhere">
          <b className="font-medium">{entry.name}</b>{" "}
          <span className="text-ink2">is not affected any more</span>
        </li>
      ))}
    </ul>
  );
}

function Line({ entry, text }: { readonly entry: ReviewedVerdict; readonly text: string }) {
  return (
    <li className="flex flex-wrap items-center gap-x-2 px-4 py-2.5">
      <b className="font-medium wrap-anywhere">{entry.name}</b>
      <span className="text-ink2">{text}</span>
      <span className="inline-flex items-center gap-1.5">
        <VerdictMark verdict={entry.verdict} />
        <span className={`font-[550] ${VERDICT_TEXT[entry.verdict]}`}>
          {VERDICT_WORDS[entry.verdict]}
        </span>
      </span>
    </li>
  );
}
