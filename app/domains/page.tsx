import type { Metadata } from "next";
import { getWorkspace } from "#lib/server/workspace.ts";
import { DomainsScreen } from "../../components/domains/domains-screen.tsx";
import { FailedPage } from "../../components/page/failed-page.tsx";

export const metadata: Metadata = { title: "Who depends on whom" };

interface PageProps {
  readonly searchParams: Promise<Readonly<Record<string, string | readonly string[] | undefined>>>;
}

export default async function Page({ searchParams }: PageProps) {
  const { of, by } = await searchParams;
  const page = await getWorkspace().domainsPage({ of: oneOf(of), by: oneOf(by) });
  return page.ok ? <DomainsScreen page={page.value} /> : <FailedPage {...page.error} />;
}

const oneOf = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === "string" ? value : value?.[0];
