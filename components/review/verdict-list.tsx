import type { GateMiss } from "#lib/review/gate-run.ts";
import type { ReviewedVerdict } from "#lib/review/review-action.ts";
import { countOf, VERDICT_ORDER } from "#lib/view/verdict-words.ts";
import { JudgedRow } from "../gate/judged-row.tsx";

/** So many are shown at once; the others are one step away. */
const SHOWN = 8;

interface Said {
  /** Of the review: `REV-7`. */
  readonly id: string;
  readonly verdicts: readonly ReviewedVerdict[];
  /** What was said of them, by asset. */
  readonly judged: Readonly<Record<string, GateMiss>>;
}

/** Each verdict of the review, to be judged wrong by whoever knows better. */
export function VerdictList({ verdicts, ...said }: Said) {
  const sorted = [...verdicts].sort(
    (a, b) =>
      VERDICT_ORDER.indexOf(a.verdict) - VERDICT_ORDER.indexOf(b.verdict) ||
      (a.tier ?? 5) - (b.tier ?? 5),
  );
  const more = sorted.slice(SHOWN);
  return (
    <>
      <Rows {...said} verdicts={sorted.slice(0, SHOWN)} />
      {more.length === 0 ? null : (
        <details className="border-line border-t">
          <summary className="w-fit cursor-pointer px-4 py-2 text-accent text-small hover:underline">
            {countOf(more.length, { one: "more verdict", many: "more verdicts" })}
          </summary>
          <Rows {...said} verdicts={more} />
        </details>
      )}
    </>
  );
}

const Rows = ({ id, verdicts, judged }: Said) => (
  <ul className="list-none divide-y divide-line">
    {verdicts.map((verdict) => (
      <li key={verdict.asset} className="px-4 py-2">
        <JudgedRow
          finding={verdict}
          target={{ review: id, asset: verdict.asset }}
          miss={judged[verdict.asset]}
        />
      </li>
    ))}
  </ul>
);
