import type { AsOfStamp } from "#lib/view/blast-answer.ts";
import { sayTime, sayWhyStale } from "#lib/view/stamp-words.ts";

/** When what is shown was true, and, where the store is away, why it is no newer. */
export function AsOfLine({ asOf }: { readonly asOf: AsOfStamp }) {
  return (
    <p className="text-ink3 text-small">
      {asOf.at === "" ? "Nothing ingested yet" : `As of ${sayTime(asOf.at)}`}
      {asOf.staleBecause === undefined ? null : (
        <span role="status" className="ml-2 font-medium text-ink" title={asOf.staleBecause}>
          Not live: {sayWhyStale(asOf.staleBecause)}. This is the last that was read.
        </span>
      )}
    </p>
  );
}
