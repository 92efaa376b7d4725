import type { Metadata } from "next";
import { getWorkspace } from "#lib/server/workspace.ts";
import { GateScreen } from "../../../components/gate/gate-screen.tsx";
import { FailedPage } from "../../../components/page/failed-page.tsx";

interface PageProps {
  readonly searchParams: Promise<Readonly<Record<string, string | readonly string[] | undefined>>>;
}

export const metadata: Metadata = { title: "The gate" };

export default async function Page({ searchParams }: PageProps) {
  const asked = (await searchParams)["days"];
  const days = typeof asked === "string" ? asked : "90";
  const page = await getWorkspace().gatePage(days);
  return page.ok ? <GateScreen page={page.value} days={days} /> : <FailedPage {...page.error} />;
}
