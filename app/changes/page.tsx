import type { Metadata } from "next";
import { getWorkspace } from "#lib/server/workspace.ts";
import { FailedPage } from "../../components/page/failed-page.tsx";
import { ReviewList } from "../../components/review/review-list.tsx";

export const metadata: Metadata = { title: "Changes" };

export default async function Page() {
  const page = await getWorkspace().reviewsPage();
  return page.ok ? <ReviewList page={page.value} /> : <FailedPage {...page.error} />;
}
