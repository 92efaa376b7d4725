import type { ReactNode } from "react";
import type { AssetPage } from "#lib/view/page-answers.ts";
import { sayTime } from "#lib/view/stamp-words.ts";
import { KIND_WORDS, sayNumber } from "#lib/view/verdict-words.ts";

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-ink3 text-small">{name}</dt>
      <dd className="break-words">{children}</dd>
    </div>
  );
}

const sayRun = ({ at, state }: NonNullable<AssetPage["attributes"]["lastRun"]>): string =>
  `${state === "ok" ? "finished" : state}, ${sayTime(at)}`;

const sayTier = ({ tier, tierGuessed }: AssetPage["attributes"]): string => {
  if (tier === undefined) return "not said";
  return tierGuessed === true ? `${tier} (guessed)` : `${tier}`;
};

/** Who owns it, how important it is, what was promised and when it last ran. What nobody said is said to be so. */
export function AssetFacts({ page }: { readonly page: AssetPage }) {
  const { attributes } = page;
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-3 px-4 py-3 min-[60rem]:grid-cols-4">
      <Fact name="Domain">{attributes.domain ?? "not said"}</Fact>
      <Fact name="Owner">{attributes.owner ?? "nobody"}</Fact>
      <Fact name="Tier">{sayTier(attributes)}</Fact>
      <Fact name="Kept as">{attributes.materialization ?? KIND_WORDS[page.kind].one}</Fact>
      {attributes.sla?.freshnessHours === undefined ? null : (
        <Fact name="Late after">{attributes.sla.freshnessHours} h</Fact>
      )}
      {attributes.sla?.nextDueAt === undefined ? null : (
        <Fact name="Next due">{sayTime(attributes.sla.nextDueAt)}</Fact>
      )}
      {attributes.usage?.views30d === undefined ? null : (
        <Fact name="Views, 30 days">{sayNumber(attributes.usage.views30d)}</Fact>
      )}
      {attributes.contract === undefined ? null : (
        <Fact name="Contract">
          {attributes.contract.id}, {attributes.contract.status}
          {attributes.contract.enforced === true ? ", enforced" : ""}
        </Fact>
      )}
      {attributes.lastRun === undefined ? null : (
        <Fact name="Last run">{sayRun(attributes.lastRun)}</Fact>
      )}
      {attributes.readerMode === undefined ? null : (
        <Fact name="Reads">{attributes.readerMode.replaceAll("_", " ")}</Fact>
      )}
      {attributes.rows === undefined ? null : <Fact name="Rows">{sayNumber(attributes.rows)}</Fact>}
      {attributes.url === undefined || !/^https?:\/\//.test(attributes.url) ? null : (
        <Fact name="Opens at">
          <a href={attributes.url} rel="noreferrer" className="text-accent hover:underline">
            {attributes.url}
          </a>
        </Fact>
      )}
      {page.aliases.length === 0 ? null : <Fact name="Also called">{page.aliases.join(", ")}</Fact>}
    </dl>
  );
}
