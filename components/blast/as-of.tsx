import type { BlastAnswer, Coverage } from "#lib/view/blast-answer.ts";
import { sayTime, sayWhyStale } from "#lib/view/stamp-words.ts";

function knownShare({ columnReads, tableReads }: Coverage): string {
  const all = columnReads + tableReads;
  return all === 0
    ? "no lineage yet"
    : `${Math.floor((100 * columnReads) / all)}% of the known reads by column`;
}

/** How old the answer is, and how much of the lineage it rests on. */
export function AsOf({
  answer,
  className,
}: {
  readonly answer: BlastAnswer;
  readonly className: string;
}) {
  const { asOf, coverage } = answer;
  return (
    <p className={`flex-none text-right text-ink2 text-small ${className}`}>
      {asOf.staleBecause === undefined ? null : (
        <b role="status" className="font-semibold" title={asOf.staleBecause}>
          Not live: {sayWhyStale(asOf.staleBecause)}.{" "}
        </b>
      )}
      as of {sayTime(asOf.at)} · {knownShare(coverage)}
    </p>
  );
}
