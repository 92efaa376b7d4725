import type { Metadata } from "next";
import { getWorkspace } from "#lib/server/workspace.ts";
import { packAnswer } from "#lib/view/pack-answer.ts";
import { saySentence } from "#lib/view/say-sentence.ts";
import { FailedPage } from "../../../components/page/failed-page.tsx";
import type { RadiusPage } from "../../../components/review/review-radius.tsx";
import { ReviewScreen } from "../../../components/review/review-screen.tsx";

interface PageProps {
  readonly params: Promise<{ readonly id: string }>;
  readonly searchParams: Promise<Readonly<Record<string, string | readonly string[] | undefined>>>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  return { title: (await params).id };
}

export default async function Page({ params, searchParams }: PageProps) {
  const { id } = await params;
  const page = await getWorkspace().reviewPage(id);
  if (!page.ok)
    return (
      <FailedPage
        {...page.error}
        isGone={page.error.code === "not-found"}
        list={{ href: "/changes", label: "All changes" }}
      />
    );
  const judged = await getWorkspace().judged(id);
  if (!judged.ok) return <FailedPage {...judged.error} />;
  const { content } = page.value.review;
  const isToday = (await searchParams)["graph"] === "today";
  const at = isToday ? undefined : content.graphVersion;
  const answer = await getWorkspace().assessBlast(content.changes, at);
  const radius: RadiusPage = {
    on: isToday ? "today" : "frozen",
    version: isToday ? page.value.today.graphVersion : content.graphVersion,
    ...(answer.ok
      ? { packed: packAnswer(answer.value) }
      : { problem: saySentence(answer.error.message) }),
  };
  return <ReviewScreen key={id} first={page.value} judged={judged.value} radius={radius} />;
}
