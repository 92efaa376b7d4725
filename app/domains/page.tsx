import type { Metadata } from "next";
import { getWorkspace } from "#lib/server/workspace.ts";
import { DomainsScreen } from "../../components/domains/domains-screen.tsx";
import { FailedPage } from "../../components/page/failed-page.tsx";

export const metadata: Metadata = { title: "Who depends on whom" };

export default async function Page() {
  const page = await getWorkspace().domainsPage();
  return page.ok ? <DomainsScreen page={page.value} /> : <FailedPage {...page.error} />;
}
