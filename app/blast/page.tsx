import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { cache } from "react";
import type { ChangeInput } from "#lib/impact/change.ts";
import { getWorkspace } from "#lib/server/workspace.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { sayHeadline } from "#lib/view/headline.ts";
import { namesLike } from "#lib/view/names-like.ts";
import { packAnswer } from "#lib/view/pack-answer.ts";
import type { Story } from "#lib/view/page-answers.ts";
import { misnamed, suggestChanges } from "#lib/view/suggest-changes.ts";
import type { ViewState } from "#lib/view/view-state.ts";
import { blastHref, parseViewUrl } from "#lib/view/view-url.ts";
import type { BlastOutcome } from "../../components/blast/blast-outcome.ts";
import { BlastScreen } from "../../components/blast/blast-screen.tsx";

interface PageProps {
  readonly searchParams: Promise<Readonly<Record<string, string | readonly string[] | undefined>>>;
}

export default async function BlastPage({ searchParams }: PageProps) {
  return <BlastScreen outcome={await answer(await readView(searchParams))} />;
}

export async function generateMetadata({ searchParams }: PageProps): Promise<Metadata> {
  const { changes } = await readView(searchParams);
  if (changes.length === 0) return { title: "Blast radius" };
  const assessed = await judge(blastHref(changes));
  return { title: assessed.ok ? sayHeadline(assessed.value.assessment).lead : "Blast radius" };
}

/** Title and page ask the same: it is judged once. */
const judge = cache((address: string) =>
  getWorkspace().assessBlast(parseViewUrl(new URL(address, "http://host").searchParams).changes),
);

async function readView(searchParams: PageProps["searchParams"]): Promise<ViewState> {
  const pairs = Object.entries(await searchParams).flatMap(([key, value]) =>
    [value ?? []].flat().map((text) => [key, text] as [string, string]),
  );
  return parseViewUrl(new URLSearchParams(pairs));
}

async function answer({ changes, story }: ViewState): Promise<BlastOutcome> {
  if (changes.length > 0) {
    const assessed = await judge(blastHref(changes));
    return assessed.ok
      ? { state: "answered", packed: packAnswer(assessed.value) }
      : failed(assessed.error, changes);
  }
  const home = await getWorkspace().homePage();
  if (!home.ok) return failed(home.error, changes);
  const asked = home.value.stories.find(({ id }) => id === story);
  if (asked !== undefined) redirect(asked.href);
  const { stories, empty } = home.value;
  return { state: "empty", stories: stories.map(shortStory), nothingRead: empty };
}

const shortStory = ({ id, title, summary, href }: Story) => ({ id, title, summary, href });

async function failed(failure: Failure, changes: readonly ChangeInput[]): Promise<BlastOutcome> {
  const { code, message, next } = failure;
  const similar = await getWorkspace().search(misnamed(failure, changes));
  const nothingRead = similar.ok && similar.value.totalAssets === 0;
  const { candidates: known = [] } = failure;
  const isGuessed = known.length === 0 && failure.code === "unknown-asset" && similar.ok;
  const likely = isGuessed ? namesLike(similar.value) : known;
  const candidates = suggestChanges({ ...failure, candidates: likely }, changes);
  return {
    state: "failed",
    problem: { code, message, candidates, nothingRead, ...(next === undefined ? {} : { next }) },
  };
}
