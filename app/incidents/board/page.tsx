import type { Metadata } from "next";
import { getWorkspace } from "#lib/server/workspace.ts";
import { BoardScreen } from "../../../components/board/board-screen.tsx";
import { FailedPage } from "../../../components/page/failed-page.tsx";

export const metadata: Metadata = { title: "Before and since" };

export default async function Page() {
  const page = await getWorkspace().boardPage();
  return page.ok ? <BoardScreen page={page.value} /> : <FailedPage {...page.error} />;
}
