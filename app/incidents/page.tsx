import type { Metadata } from "next";
import { getWorkspace } from "#lib/server/workspace.ts";
import { IncidentList } from "../../components/incident/incident-list.tsx";
import { FailedPage } from "../../components/page/failed-page.tsx";

export const metadata: Metadata = { title: "Incidents" };

export default async function Page() {
  const incidents = await getWorkspace().incidents();
  return incidents.ok ? (
    <IncidentList incidents={incidents.value} />
  ) : (
    <FailedPage {...incidents.error} />
  );
}
