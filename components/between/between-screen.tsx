import type { Result } from "#lib/kit/result.ts";
import { assetHref } from "#lib/view/asset-href.ts";
import { STATE_WORDS, sayCounts } from "#lib/view/between-words.ts";
import type {
  AssetBetween,
  AssetDifference,
  BetweenState,
  ChangesBetween,
} from "#lib/view/changes-between.ts";
import { sayTime } from "#lib/view/stamp-words.ts";
import { sayNumber } from "#lib/view/verdict-words.ts";
import { blastHref } from "#lib/view/view-url.ts";
import { PageLink } from "../ui/page-link.tsx";
import { Panel, PanelEmpty } from "../ui/panel.tsx";
import { KindMark } from "../verdict/kind-mark.tsx";

interface Asked {
  readonly from: string;
  readonly to: string | undefined;
  readonly domain: string | undefined;
}

/** What changed between two moments, asset by asset, those that are no longer said first. */
export function BetweenScreen({
  answer,
  ...asked
}: Asked & {
  readonly answer: Result<ChangesBetween, { readonly message: string; readonly next?: string }>;
}) {
  return (
    <main id="main" className="mx-auto w-full max-w-[90rem] flex-1 px-6 pt-6 pb-12 slim:px-3">
      <h1 className="font-semibold text-answer tracking-[-0.018em]">
        {answer.ok ? headline(answer.value) : "What changed between two moments"}
      </h1>
      {answer.ok ? (
        <p className="mt-1 text-ink2">
          From {sayStamp(answer.value.from)} to {sayStamp(answer.value.to)}.
        </p>
      ) : null}
      <Moments {...asked} />
      <div className="mt-5">
        {answer.ok ? <Answer answer={answer.value} /> : <Refused failure={answer.error} />}
      </div>
    </main>
  );
}

function headline(answer: ChangesBetween): string {
  const said = sayCounts(answer);
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
}

const sayStamp = ({ at, version }: ChangesBetween["from"]): string =>
  at === "" ? "before anything was read" : `${sayTime(at)} (version ${version})`;

const FIELD =
  "h-8 rounded-control border border-line bg-surface px-2 font-mono text-small focus-visible:outline-2";

/** A form that needs no script: its answer is an address that can be sent to others. */
function Moments({ from, to, domain }: Asked) {
  const fields = [
    { name: "from", label: "From", value: from, hint: "2026-03-01 or a version" },
    { name: "to", label: "to", value: to ?? "", hint: "now" },
    { name: "domain", label: "in domain", value: domain ?? "", hint: "all" },
  ];
  return (
    <form className="mt-4 flex flex-wrap items-center gap-x-3 gap-y-2" action="/changes-between">
      {fields.map(({ name, label, value, hint }) => (
        <label key={name} className="flex items-center gap-2 text-ink2">
          {label}
          <input name={name} defaultValue={value} placeholder={hint} className={`${FIELD} w-48`} />
        </label>
      ))}
      <button
        type="submit"
        className="h-8 rounded-control border border-line bg-surface px-3 font-medium hover:bg-sunken"
      >
        Compare
      </button>
    </form>
  );
}

function Refused({
  failure,
}: {
  readonly failure: { readonly message: string; readonly next?: string };
}) {
  return (
    <Panel id="refused" title="That cannot be compared">
      <PanelEmpty>
        {failure.message}
        {failure.next === undefined ? "" : `: ${failure.next}`}
      </PanelEmpty>
    </Panel>
  );
}

const GROUPS: readonly BetweenState[] = ["gone", "stale", "changed", "back", "new"];

function Answer({ answer }: { readonly answer: ChangesBetween }) {
  const groups = GROUPS.flatMap((state) => {
    const assets = answer.assets.filter((asset) => asset.state === state);
    return assets.length === 0 ? [] : [{ state, assets }];
  });
  if (groups.length === 0)
    return (
      <Panel id="nothing" title="Nothing changed">
        <PanelEmpty>
          All that was known at the first moment was known at the second, and nothing else.
        </PanelEmpty>
      </Panel>
    );
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
      {groups.map(({ state, assets }) => (
        <Panel
          key={state}
          id={state}
          title={`${STATE_WORDS[state].charAt(0).toUpperCase()}${STATE_WORDS[state].slice(1)}`}
          note={`${answer.counts[state]}`}
        >
          <ul className="list-none divide-y divide-line">
            {assets.map((asset) => (
              <AssetItem key={asset.asset} asset={asset} />
            ))}
          </ul>
        </Panel>
      ))}
      {answer.more > 0 ? (
        <p className="text-ink2">
          And {sayNumber(answer.more)} more; choose a domain or a shorter time.
        </p>
      ) : null}
    </div>
  );
}

function AssetItem({ asset }: { readonly asset: AssetBetween }) {
  const about = [asset.domain, asset.owner].filter((part) => part !== undefined).join(" · ");
  return (
    <li className="px-4 py-2">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <PageLink
          href={assetHref(asset.asset)}
          className="flex min-w-0 items-baseline gap-2 hover:underline"
        >
          <KindMark kind={asset.kind} />
          <span className="font-mono text-small wrap-anywhere">{asset.name}</span>
        </PageLink>
        <span className="text-ink3 text-small">
          {asset.staleSince === undefined ? about : `since ${sayTime(asset.staleSince)}`}
        </span>
      </div>
      {asset.differences.length === 0 ? null : (
        <ul className="mt-1 list-none pl-6">
          {asset.differences.map((difference) => (
            <DifferenceLine
              key={`${difference.column ?? ""} ${difference.what}`}
              difference={difference}
            />
          ))}
        </ul>
      )}
    </li>
  );
}

function DifferenceLine({ difference }: { readonly difference: AssetDifference }) {
  const { column, what, change } = difference;
  return (
    <li className="flex items-baseline gap-3 py-0.5">
      <span className="min-w-0 flex-1 text-ink2 wrap-anywhere">
        {column === undefined ? null : (
          <span className="font-mono text-ink text-small">{column} </span>
        )}
        {what}
      </span>
      {change === undefined ? null : (
        <PageLink
          href={blastHref([change])}
          className="flex-none text-accent text-small hover:underline"
        >
          Who breaks?
        </PageLink>
      )}
    </li>
  );
}
