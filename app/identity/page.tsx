import type { Metadata } from "next";
import { getWorkspace } from "#lib/server/workspace.ts";
import { IdentityScreen } from "../../components/identity/identity-screen.tsx";
import { FailedPage } from "../../components/page/failed-page.tsx";

export const metadata: Metadata = { title: "One table, many names" };

export default async function Page() {
  const page = await getWorkspace().identityPage();
  return page.ok ? <IdentityScreen page={page.value} /> : <FailedPage {...page.error} />;
}
