import { getWorkspace } from "#lib/server/workspace.ts";
import { HomeScreen } from "../components/home/home-screen.tsx";
import { FailedPage } from "../components/page/failed-page.tsx";

export default async function Page() {
  const page = await getWorkspace().homePage();
  return page.ok ? <HomeScreen page={page.value} /> : <FailedPage {...page.error} />;
}
