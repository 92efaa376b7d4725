import { getWorkspace } from "#lib/server/workspace.ts";
import { HomeScreen } from "../components/home/home-screen.tsx";
import { FailedPage } from "../components/page/failed-page.tsx";

export default async function Page() {
  const page = await getWorkspace().homePage();
  if (!page.ok) return <FailedPage {...page.error} />;
  const waits = await getWorkspace().waits();
  return <HomeScreen page={page.value} {...(waits.ok ? { waits: waits.value } : {})} />;
}
