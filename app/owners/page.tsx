import type { Metadata } from "next";
import { getWorkspace } from "#lib/server/workspace.ts";
import { OwnershipScreen } from "../../components/ownership/ownership-screen.tsx";
import { FailedPage } from "../../components/page/failed-page.tsx";

export const metadata: Metadata = { title: "Domains, owners, tiers" };

export default async function Page() {
  const page = await getWorkspace().ownershipPage();
  return page.ok ? <OwnershipScreen page={page.value} /> : <FailedPage {...page.error} />;
}
