import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { shortNameOf } from "#lib/model/asset-id.ts";
import { getWorkspace } from "#lib/server/workspace.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { assetFromSegment, candidateHref, nameInAddress } from "#lib/view/asset-href.ts";
import { namesLike } from "#lib/view/names-like.ts";
import { AssetScreen } from "../../../components/asset/asset-screen.tsx";
import { FailedPage } from "../../../components/page/failed-page.tsx";

interface AssetRoute {
  readonly params: Promise<{ readonly id: string }>;
}

export async function generateMetadata({ params }: AssetRoute): Promise<Metadata> {
  const named = assetFromSegment((await params).id);
  return { title: named === undefined ? "Asset" : shortNameOf(nameInAddress(named)) };
}

export default async function Page({ params }: AssetRoute) {
  const named = assetFromSegment((await params).id);
  if (named === undefined) notFound();
  const page = await getWorkspace().assetPage(named);
  if (page.ok) return <AssetScreen page={page.value} />;
  const name = nameInAddress(named);
  const similar = await getWorkspace().search(name);
  const { candidates: known = [] } = page.error;
  const candidates = known.length > 0 || !similar.ok ? known : namesLike(similar.value);
  return <FailedPage {...explain({ ...page.error, candidates }, name)} />;
}

/** An asset that nobody knows is no fault: it says what may have been meant, and how to look for it. */
function explain({ code, message, next, candidates = [] }: Failure, name: string) {
  if (code !== "unknown-asset" && code !== "ambiguous-name") return { code, message, next };
  return {
    code,
    message: code === "unknown-asset" ? `no asset is called “${name}”` : message,
    next: next ?? "Search for it with ⌘K or Ctrl K: a part of the name is enough.",
    isGone: true,
    meant: candidates.map((candidate) => ({
      name: candidate,
      href: candidateHref(candidate),
    })),
  };
}
