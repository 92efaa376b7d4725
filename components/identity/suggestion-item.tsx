"use client";

import { assetHref } from "#lib/view/asset-href.ts";
import type { IdentitySuggestion, SuggestedAsset } from "#lib/view/identity-page.ts";
import { Button } from "../ui/button.tsx";
import { PageLink } from "../ui/page-link.tsx";
import { KindMark } from "../verdict/kind-mark.tsx";
import { useIdentity } from "./use-identity.ts";

/** A pair that may be one asset, why, and the two answers. */
export function SuggestionItem({ suggestion }: { readonly suggestion: IdentitySuggestion }) {
  const { a, b, reasons, confidence } = suggestion;
  const { isBusy, failed, decide } = useIdentity();
  const answer = (action: "confirm" | "reject") =>
    void decide({ action, a: a.id, b: b.id, reason: reasons.join("; ").slice(0, 500) });
  return (
    <li className="flex flex-wrap items-start gap-x-6 gap-y-2 px-4 py-3">
      <span className="w-12 flex-none pt-0.5 font-semibold tabular-nums">
        {Math.round(confidence * 100)}%
        <span className="block font-normal text-ink3 text-tiny">sure</span>
      </span>
      <div className="min-w-0 flex-1 basis-96">
        <AssetLine asset={a} />
        <AssetLine asset={b} />
        <p className="mt-1 text-ink2 text-small wrap-anywhere">{reasons.join("; ")}</p>
        {failed === undefined ? null : (
          <p role="alert" className="mt-1 font-semibold wrap-anywhere">
            Not saved: {failed}.
          </p>
        )}
      </div>
      <div className="flex flex-none gap-2">
        <Button
          disabled={isBusy}
          onClick={() => answer("confirm")}
          aria-label={`${a.name} and ${b.name} are one`}
        >
          They are one
        </Button>
        <Button
          look="ghost"
          disabled={isBusy}
          onClick={() => answer("reject")}
          aria-label={`${a.name} and ${b.name} are two`}
        >
          They are two
        </Button>
      </div>
    </li>
  );
}

function AssetLine({ asset }: { readonly asset: SuggestedAsset }) {
  const about = [
    asset.namespace,
    asset.placeholder ? "only read" : `${asset.columns} columns`,
    asset.owner,
  ];
  return (
    <div className="flex min-w-0 flex-wrap items-baseline gap-x-3 py-0.5">
      <PageLink
        href={assetHref(asset.id)}
        className="flex min-w-0 items-baseline gap-2 hover:underline"
      >
        <KindMark kind={asset.kind} />
        <span className="font-mono text-small wrap-anywhere">{asset.name}</span>
      </PageLink>
      <span className="min-w-0 text-ink3 text-small wrap-anywhere">
        {about.filter((part) => part !== undefined).join(" · ")}
      </span>
    </div>
  );
}
