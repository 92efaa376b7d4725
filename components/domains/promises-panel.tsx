import { assetHref } from "#lib/view/asset-href.ts";
import { sayHours } from "#lib/view/incident-words.ts";
import type { DomainPromises, PromisesPage } from "#lib/view/promises.ts";
import { countOf } from "#lib/view/verdict-words.ts";
import { PageLink } from "../ui/page-link.tsx";
import { Panel, PanelEmpty } from "../ui/panel.tsx";

type Asset = DomainPromises["assets"][number];

const STATE = { kept: "kept", broken: "broken", unknown: "not known" } as const;

const LOOK = {
  kept: "text-ink2",
  broken: "font-semibold text-loud",
  unknown: "text-ink3",
} as const;

function sayPromises({ freshness, completeness, columns, violations }: Asset): readonly string[] {
  return [
    ...(freshness === undefined
      ? []
      : [
          freshness.ageHours === undefined
            ? `${sayHours(freshness.promisedHours)} old at most; ${freshness.state === "broken" ? "older, since its last run failed" : "how old it is nobody knows"}`
            : `${sayHours(freshness.ageHours)} old of ${sayHours(freshness.promisedHours)}`,
        ]),
    ...(completeness === undefined
      ? []
      : [
          completeness.observed === undefined
            ? `${percent(completeness.promised)} complete; not observed`
            : `${percent(completeness.observed)} complete of ${percent(completeness.promised)}`,
        ]),
    ...(columns === undefined ? [] : [sayColumns(columns)]),
    ...violations,
  ];
}

function sayColumns({ promised, observed }: NonNullable<Asset["columns"]>): string {
  const all = countOf(promised, { one: "column", many: "columns" });
  if (observed === promised) return `${all} as promised`;
  return `${observed === 0 ? "none" : observed} of ${all} seen to be as promised`;
}

/** Never more than there is, but for what a sum of binary fractions lacks. */
const percent = (share: number): string => `${Math.floor(share * 10_000 + 1e-6) / 100}%`;

/** A bar for each day: how much of it was kept. Days on which nobody looked are empty. */
function Strip({
  days,
  labels,
}: {
  readonly days: Asset["history"]["days"];
  readonly labels: readonly string[];
}) {
  const known = days.filter((day) => day !== null).length;
  const broken = days.filter((day) => day !== null && day < 1).length;
  const text =
    known === 0
      ? "nobody looked in the last 30 days"
      : `broken on ${broken} of ${countOf(known, { one: "day", many: "days" })}`;
  return (
    <span
      role="img"
      aria-label={text}
      title={text}
      className="flex h-5 w-[7.5rem] items-end gap-px"
    >
      {days.map((share, at) => (
        <span
          key={labels[at]}
          className={`w-[3px] ${share === null ? "h-px bg-line2" : share < 1 ? "bg-loud" : "bg-ink3"}`}
          style={share === null ? undefined : { height: share < 1 ? "100%" : "50%" }}
        />
      ))}
    </span>
  );
}

function sayBudget({ history: { budgetLeft }, target }: Asset): string {
  if (budgetLeft === undefined) return "no budget counted yet";
  const all = percent(1 - target);
  if (budgetLeft < 0) return `over the budget of ${all}`;
  return `${Math.round(budgetLeft * 100)}% of ${all} left`;
}

function Row({ asset, labels }: { readonly asset: Asset; readonly labels: readonly string[] }) {
  return (
    <li className="grid items-center gap-x-4 gap-y-1 px-4 py-2 min-[52rem]:grid-cols-[minmax(0,1fr)_5rem_minmax(0,1.4fr)_7.5rem_9rem]">
      <PageLink
        href={assetHref(asset.asset)}
        className="min-w-0 font-medium wrap-anywhere hover:underline"
      >
        {asset.name}
        {asset.product === undefined ? null : (
          <span className="block font-normal text-ink3 text-small">{asset.product}</span>
        )}
      </PageLink>
      <span className={LOOK[asset.state]}>{STATE[asset.state]}</span>
      <span className="min-w-0 text-ink2 text-small wrap-anywhere">
        {sayPromises(asset).join(" · ")}
      </span>
      <Strip days={asset.history.days} labels={labels} />
      <span
        className={`text-small tabular-nums ${(asset.history.budgetLeft ?? 1) < 0 ? "font-semibold text-loud" : "text-ink2"}`}
      >
        {sayBudget(asset)}
      </span>
    </li>
  );
}

/** Those that ask for something stand open: broken ones, and where little of the budget is left. */
const isUrgent = ({ state, history: { budgetLeft = 1 } }: Asset): boolean =>
  state === "broken" || budgetLeft < 0.5;

function Assets({
  assets,
  labels,
}: {
  readonly assets: readonly Asset[];
  readonly labels: readonly string[];
}) {
  const urgent = assets.filter(isUrgent);
  const calm = assets.filter((asset) => !isUrgent(asset));
  const list = (shown: readonly Asset[]) => (
    <ul className="list-none divide-y divide-line">
      {shown.map((asset) => (
        <Row key={asset.asset} asset={asset} labels={labels} />
      ))}
    </ul>
  );
  return (
    <div className="border-line border-b">
      {list(urgent)}
      {calm.length === 0 ? null : (
        <details className={urgent.length === 0 ? "" : "border-line border-t"}>
          <summary className="cursor-pointer px-4 py-1.5 text-ink2 text-small hover:bg-canvas">
            {calm.length} {urgent.length === 0 ? "" : "more "}of which none is known to be broken
          </summary>
          {list(calm)}
        </details>
      )}
    </div>
  );
}

/** What each domain promises to others, whether it is kept now, and over the last thirty days. */
export function PromisesPanel({ page: { domains, days } }: { readonly page: PromisesPage }) {
  const all = domains.reduce((sum, { assets }) => sum + assets.length, 0);
  const sum = (state: "kept" | "broken" | "unknown"): number =>
    domains.reduce((all, one) => all + one[state], 0);
  const [broken, unknown] = [sum("broken"), sum("unknown")];
  const now = [
    ...(broken === 0 ? [] : [`${broken} broken`]),
    ...(unknown === 0 ? [] : [`${unknown} not known`]),
  ];
  const note =
    all === 0
      ? undefined
      : `${countOf(all, { one: "promise", many: "promises" })}, ${now.length === 0 ? "all kept" : now.join(", ")} now; 30 days`;
  return (
    <Panel id="promises" title="Promises" note={note}>
      {all === 0 ? (
        <PanelEmpty>
          No contract promises anything yet. A contract that is in force, or a service level with a
          freshness, is listed here with how it is kept.
        </PanelEmpty>
      ) : (
        domains.map(({ domain, assets, kept, broken: lost, unknown }) => (
          <section key={domain ?? ""} aria-label={`Promises of ${domain ?? "no domain"}`}>
            <h3 className="flex flex-wrap items-baseline gap-x-3 border-line border-b bg-canvas px-4 py-1.5 font-semibold">
              <span className="wrap-anywhere">{domain ?? "nobody's"}</span>
              <span className="font-normal text-ink2 text-small tabular-nums">
                {[
                  ...(lost === 0 ? [] : [`${lost} broken`]),
                  `${kept} kept`,
                  ...(unknown === 0 ? [] : [`${unknown} not known`]),
                ].join(", ")}
              </span>
            </h3>
            <Assets assets={assets} labels={days} />
          </section>
        ))
      )}
    </Panel>
  );
}
