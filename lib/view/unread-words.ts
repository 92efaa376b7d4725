import type { Assessment, SuspectedTwin } from "#lib/impact/assessment.ts";
import { countOf } from "./verdict-words.ts";

/** So many are named; the JSON has all. */
const NAMED = 5;

/** What may be concerned beside all that is in the answer, in sentences: nothing where there is none. */
export function sayUnread(assessment: Assessment): string | undefined {
  const said = [sayBlind(assessment), sayTwins(assessment)].filter((one) => one !== undefined);
  return said.length === 0 ? undefined : said.join(" ");
}

function sayBlind({ readsNotKnown: unread = [] }: Assessment): string | undefined {
  if (unread.length === 0) return undefined;
  const names = unread.slice(0, NAMED).map(({ shortName }) => shortName);
  const more = unread.length > NAMED ? ", …" : "";
  const count = countOf(unread.length, { one: "asset", many: "assets" });
  return `What they read is not known: ${count} (${names.join(", ")}${more}).`;
}

function sayTwins({ suspectedTwins: twins = [] }: Assessment): string | undefined {
  if (twins.length === 0) return undefined;
  const named = twins.slice(0, NAMED).map(sayTwin);
  const more = twins.length > NAMED ? "; …" : "";
  return `May be one under two names: ${named.join("; ")}${more}. \`faultline identity\` lists the pairs, to be confirmed or rejected.`;
}

/** `mesh.shop.orders may be shop.orders (99%), with 2 readers that are not in this answer`. */
export function sayTwin(suspected: SuspectedTwin): string {
  const { name, why } = partsOfTwin(suspected);
  return `${name} ${why}`;
}

/** What looks like another, by a name that tells the two apart, and why that matters. */
export function partsOfTwin({ asset, twin, confidence, readers }: SuspectedTwin): {
  readonly name: string;
  readonly why: string;
} {
  const [name, other] =
    asset.name === twin.name
      ? [`${twin.namespace} ${twin.name}`, `${asset.namespace} ${asset.name}`]
      : [twin.name, asset.name];
  const verb = readers === 1 ? "that is" : "that are";
  const count = countOf(readers, { one: "reader", many: "readers" });
  const sure = `${Math.round(confidence * 100)}%`;
  return { name, why: `may be ${other} (${sure}), with ${count} ${verb} not in this answer` };
}
