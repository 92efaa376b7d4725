import type { Metadata } from "next";
import { getWorkspace } from "#lib/server/workspace.ts";
import { IncidentScreen } from "../../../components/incident/incident-screen.tsx";
import { FailedPage } from "../../../components/page/failed-page.tsx";

interface PageProps {
  readonly params: Promise<{ readonly id: string }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  return { title: (await params).id };
}

export default async function Page({ params }: PageProps) {
  const { id } = await params;
  const page = await getWorkspace().incidentPage(id);
  return page.ok ? (
    <IncidentScreen key={id} {...page.value} />
  ) : (
    <FailedPage
      {...page.error}
      isGone={page.error.code === "not-found"}
      list={{ href: "/incidents", label: "All incidents" }}
    />
  );
}
