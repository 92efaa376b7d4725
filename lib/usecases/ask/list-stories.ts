import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { isChangeError } from "#lib/impact/assess-change.ts";
import type { Verdict } from "#lib/impact/assessment.ts";
import type { ChangeInput } from "#lib/impact/change.ts";
import { isConsumerKind } from "#lib/model/asset.ts";
import type { Story } from "#lib/view/page-answers.ts";
import { blastHref } from "#lib/view/view-url.ts";
import type { GraphView } from "../graph/graph-view.ts";
import { answerImpact } from "./answer-impact.ts";
import { isWellFormed, readChanges } from "./read-changes.ts";

/** `graph-seed/<story>/changes.json`: the change that happened, and how people tell it. */
const storySchema = z.looseObject({
  title: z.string(),
  summary: z.string(),
  changes: z.array(z.unknown()).min(1),
});

/** The demo's stories in the order of their folders, each with how many consumers it breaks in this graph. */
export async function listStories(view: GraphView, folder: string): Promise<readonly Story[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const stories: Story[] = [];
  for (const id of names.sort()) {
    const story = await readStory(view, { id, path: join(folder, id, "changes.json") });
    if (story) stories.push(story);
  }
  return stories;
}

async function readStory(
  view: GraphView,
  { id, path }: { readonly id: string; readonly path: string },
): Promise<Story | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = storySchema.safeParse(JSON.parse(text));
  if (!parsed.success) return undefined;
  const changes = readChanges(parsed.data.changes, path);
  if (!changes.ok || !changes.value.every(isWellFormed)) return undefined;
  const answer = answerImpact(view, { changes: changes.value });
  // A store that holds something else than the demo has not the tables that the story is about.
  if (!answer.ok || "results" in answer.value || isChangeError(answer.value)) return undefined;
  const counts: Record<Verdict, number> = {
    breaks_loudly: 0,
    breaks_silently: 0,
    degraded: 0,
    unaffected: 0,
    unknown: 0,
  };
  for (const { asset, verdict } of answer.value.verdicts) {
    if (isConsumerKind(asset.kind) && !asset.partOf) counts[verdict]++;
  }
  const { title, summary } = parsed.data;
  return { id, title, summary, href: blastHref(changes.value as readonly ChangeInput[]), counts };
}
