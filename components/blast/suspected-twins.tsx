import type { SuspectedTwin } from "#lib/impact/assessment.ts";
import { assetHref } from "#lib/view/asset-href.ts";
import { countOf } from "#lib/view/verdict-words.ts";
import { EndKept } from "../ui/end-kept.tsx";
import { PageLink } from "../ui/page-link.tsx";
import { VerdictMark } from "../verdict/verdict-mark.tsx";

/** What may be part of the answer under another name: its readers are missing then. */
export function SuspectedTwins({ twins }: { readonly twins: readonly SuspectedTwin[] }) {
  if (twins.length === 0) return null;
  return (
    <div className="mx-3 my-2.5 rounded-control border-[1.5px] border-ink2 border-dashed text-ink2 text-small">
      <p className="flex items-center gap-1.5 px-2.5 pt-2 text-body text-ink">
        <VerdictMark verdict="unknown" />
        <b className="font-semibold">May be here under another name</b>
      </p>
      <p className="px-2.5 pt-0.5">
        Most likely the same, but nobody has said so: their readers are not in this answer.{" "}
        <PageLink href="/identity" className="text-accent underline underline-offset-2">
          Confirm or reject
        </PageLink>
      </p>
      <ul className="list-none py-1">
        {twins.map(({ asset, twin, confidence, readers }) => (
          <li key={twin.id}>
            <PageLink
              href={assetHref(twin.id)}
              className="block px-2.5 py-1 hover:bg-canvas focus-visible:outline-offset-[-2px]"
            >
              <span className="flex items-baseline gap-2">
                <span className="min-w-0">
                  <EndKept
                    text={twin.name}
                    name={`${twin.namespace} ${twin.name}`}
                    className="font-[550] text-ink"
                  />
                </span>
                <span className="ml-auto whitespace-nowrap">
                  {countOf(readers, { one: "reader", many: "readers" })}
                </span>
              </span>
              <span className="flex gap-1">
                <span className="flex-none">{Math.round(confidence * 100)}% the same as</span>{" "}
                <EndKept
                  text={
                    asset.name === twin.name ? `${asset.name} of ${asset.namespace}` : asset.name
                  }
                  name={`${asset.namespace} ${asset.name}`}
                />
              </span>
            </PageLink>
          </li>
        ))}
      </ul>
    </div>
  );
}
