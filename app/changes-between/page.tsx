import type { Metadata } from "next";
import { getWorkspace } from "#lib/server/workspace.ts";
import { BetweenScreen } from "../../components/between/between-screen.tsx";

export const metadata: Metadata = { title: "What changed between" };

const DAY_MS = 86_400_000;

export default async function Page({
  searchParams,
}: {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const asked = await searchParams;
  const text = (key: string): string | undefined => {
    const value = asked[key];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const to = text("to");
  const domain = text("domain");
  const end = to !== undefined && !/^\d+$/.test(to) ? Date.parse(to) : Number.NaN;
  const weekAgo = new Date((Number.isNaN(end) ? Date.now() : end) - 7 * DAY_MS);
  const from = text("from") ?? weekAgo.toISOString().slice(0, 10);
  const answer = await getWorkspace().changesBetween({
    from,
    ...(to === undefined ? {} : { to }),
    ...(domain === undefined ? {} : { domain }),
  });
  return <BetweenScreen answer={answer} from={from} to={to} domain={domain} />;
}
