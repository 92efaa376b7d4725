import type { Metadata } from "next";
import { getWorkspace } from "#lib/server/workspace.ts";
import { FailedPage } from "../../components/page/failed-page.tsx";
import { SourcesScreen } from "../../components/source/sources-screen.tsx";

export const metadata: Metadata = { title: "Sources" };

export default async function Page() {
  const page = await getWorkspace().sourcesPage();
  return page.ok ? <SourcesScreen page={page.value} /> : <FailedPage {...page.error} />;
}
