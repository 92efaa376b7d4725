import type { CouplingCount, DomainsPage } from "#lib/view/domains-page.ts";
import { countOf } from "#lib/view/verdict-words.ts";

const COLUMNS = { one: "column", many: "columns" };
const ASSETS = { one: "asset", many: "assets" };

interface CellProps {
  readonly coupling: CouplingCount;
  readonly count: "columns" | "readers";
  readonly most: number;
  readonly isChosen: boolean;
  readonly onChoose: (coupling: CouplingCount) => void;
}

/** How much, in words and as strength, and how much of it is promised, as a bar. */
function Cell({ coupling, count, most, isChosen, onChoose }: CellProps) {
  const { of, by, columns, underContract } = coupling;
  const value = coupling[count];
  const strength = Math.round(3 + (15 * value) / Math.max(1, most));
  const share = columns === 0 ? 0 : (100 * underContract) / columns;
  return (
    <button
      type="button"
      aria-pressed={isChosen}
      aria-label={`${by} reads ${countOf(columns, COLUMNS)} of ${of} with ${countOf(coupling.readers, ASSETS)}, ${underContract} under contract`}
      onClick={() => onChoose(coupling)}
      className="flex h-10 w-full flex-col items-center justify-center gap-1 font-medium tabular-nums aria-pressed:outline-2 aria-pressed:outline-accent aria-pressed:-outline-offset-2"
      style={{ background: `color-mix(in oklab, var(--ink) ${strength}%, var(--surface))` }}
    >
      <span className="leading-none">{value}</span>
      <span
        aria-hidden="true"
        className="block h-1 w-6 border border-ink3 bg-surface"
        title="Share under contract"
      >
        <span className="block h-full bg-ink" style={{ width: `${share}%` }} />
      </span>
    </button>
  );
}

/** Rows are read by columns. */
export function CouplingMatrix({
  page: { domains, couplings },
  count,
  chosen,
  onChoose,
}: {
  readonly page: DomainsPage;
  readonly count: "columns" | "readers";
  readonly chosen: CouplingCount | undefined;
  readonly onChoose: (coupling: CouplingCount) => void;
}) {
  const byPair = new Map(couplings.map((one) => [JSON.stringify([one.of, one.by]), one]));
  const most = Math.max(1, ...couplings.map((one) => one[count]));
  const sum = (list: readonly CouplingCount[]): number =>
    list.reduce((all, one) => all + one[count], 0);
  return (
    <section
      aria-label="Coupling of domains, scrolls"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keys
      tabIndex={0}
      className="relative max-h-[80vh] overflow-auto pr-4 pb-4 slim:pr-8 slim:[mask-image:linear-gradient(to_right,black_calc(100%-2rem),transparent)]"
    >
      <table className="border-separate border-spacing-0">
        <thead className="sticky top-0 z-20 bg-surface">
          <tr>
            <td className="sticky left-0 z-10 bg-surface pr-3 pb-1 pl-4 slim:pl-2 text-right align-bottom text-ink3 text-small whitespace-nowrap">
              is read by →
            </td>
            {domains.map((domain) => (
              <th
                key={domain}
                scope="col"
                className={`h-24 w-[3.25rem] min-w-[3.25rem] p-0 align-bottom font-normal ${chosen?.by === domain ? "font-semibold" : ""}`}
              >
                <span className="block w-0 origin-bottom-left translate-x-6 -rotate-45 whitespace-nowrap text-left text-small">
                  <span className="block w-28 truncate" title={domain}>
                    {domain}
                  </span>
                </span>
              </th>
            ))}
            <th
              scope="col"
              className="pb-1 pl-3 text-left align-bottom font-normal text-ink3 text-small"
            >
              all
            </th>
          </tr>
        </thead>
        <tbody>
          {domains.map((of) => (
            <tr key={of}>
              <th
                scope="row"
                className={`sticky left-0 z-10 max-w-[15rem] truncate bg-surface pr-3 pl-4 text-right font-normal slim:max-w-[7.5rem] slim:min-w-[6rem] slim:pl-2 ${chosen?.of === of ? "font-semibold" : ""}`}
              >
                <span title={of}>{of}</span>
              </th>
              {domains.map((by) => {
                const coupling = byPair.get(JSON.stringify([of, by]));
                return (
                  <td key={by} className="h-10 border-line border-t border-l p-0 text-center">
                    {coupling === undefined ? (
                      <span className="text-ink3" aria-hidden="true">
                        {of === by ? "–" : ""}
                      </span>
                    ) : (
                      <Cell
                        coupling={coupling}
                        count={count}
                        most={most}
                        isChosen={chosen?.of === of && chosen.by === by}
                        onChoose={onChoose}
                      />
                    )}
                  </td>
                );
              })}
              <td className="border-line border-l pl-3 text-ink2 text-small tabular-nums">
                {sum(couplings.filter((one) => one.of === of))}
              </td>
            </tr>
          ))}
          <tr>
            <th
              scope="row"
              className="sticky left-0 z-10 bg-surface pt-2 pr-3 pl-4 slim:pl-2 text-right font-normal text-ink3 text-small"
            >
              reads
            </th>
            {domains.map((by) => (
              <td
                key={by}
                className="border-line border-t pt-2 text-center text-ink2 text-small tabular-nums"
              >
                {sum(couplings.filter((one) => one.by === by))}
              </td>
            ))}
          </tr>
        </tbody>
      </table>
      <p className="mt-3 pl-4 text-ink2 text-small slim:pl-2">
        The stronger, the more; the bar is the share under contract. The order follows the data’s
        flow: what lies below the diagonal runs against it.
      </p>
    </section>
  );
}
