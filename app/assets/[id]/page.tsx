import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { assetNameOf, shortNameOf } from "#lib/model/asset-id.ts";
import { getWorkspace } from "#lib/server/workspace.ts";
import { assetFromSegment } from "#lib/view/asset-href.ts";
import { AssetScreen } from "../../../components/asset/asset-screen.tsx";
import { FailedPage } from "../../../components/page/failed-page.tsx";

interface AssetRoute {
  readonly params: Promise<{ readonly id: string }>;
}

export async function generateMetadata({ params }: AssetRoute): Promise<Metadata> {
  const id = assetFromSegment((await params).id);
  return { title: id === undefined ? "Asset" : shortNameOf(assetNameOf(id).name) };
}

export default async function Page({ params }: AssetRoute) {
  const id = assetFromSegment((await params).id);
  if (id === undefined) notFound();
  const page = await getWorkspace().assetPage(id);
  return page.ok ? <AssetScreen page={page.value} /> : <FailedPage {...page.error} />;
}
