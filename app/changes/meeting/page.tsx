import type { Metadata } from "next";
import { getWorkspace } from "#lib/server/workspace.ts";
import { FailedPage } from "../../../components/page/failed-page.tsx";
import { MeetingScreen } from "../../../components/review/meeting-screen.tsx";

export const metadata: Metadata = { title: "Meeting" };

export default async function Page() {
  const agenda = await getWorkspace().meeting();
  return agenda.ok ? <MeetingScreen agenda={agenda.value} /> : <FailedPage {...agenda.error} />;
}
