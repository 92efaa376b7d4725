import { assetHref } from "#lib/view/asset-href.ts";
import type { AssetLink } from "#lib/view/page-answers.ts";
import { FirstFew } from "../ui/first-few.tsx";
import { PageLink } from "../ui/page-link.tsx";
import { PanelEmpty } from "../ui/panel.tsx";
import { KindMark } from "../verdict/kind-mark.tsx";

const SHOWN = 25;

/** Neighbours, the nearest first; what does not fit is counted and a click away. */
export function AssetLinks({
  links,
  empty,
}: {
  readonly links: readonly AssetLink[];
  readonly empty: string;
}) {
  if (links.length === 0) return <PanelEmpty>{empty}</PanelEmpty>;
  return (
    <FirstFew items={links} shown={SHOWN} rest={(count) => `${count} more`}>
      {(some) => <LinkRows links={some} />}
    </FirstFew>
  );
}

function LinkRows({ links }: { readonly links: readonly AssetLink[] }) {
  return (
    <ul className="list-none divide-y divide-line">
      {links.map((link) => (
        <li key={link.id}>
          <PageLink
            href={assetHref(link.id)}
            className="flex items-center gap-2 px-4 py-1.5 hover:bg-canvas"
            title={link.name}
          >
            <KindMark kind={link.kind} />
            <span className="min-w-0 flex-1 truncate">{link.shortName}</span>
            <span className="flex-none text-ink3 text-small">
              {[link.domain, link.hops === 1 ? "next" : `${link.hops} steps`]
                .filter((part) => part !== undefined)
                .join(" · ")}
            </span>
          </PageLink>
        </li>
      ))}
    </ul>
  );
}
