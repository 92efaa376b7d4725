import { sayCounts } from "#lib/view/between-words.ts";
import type { AssetBetween, BetweenState, ChangesBetween } from "#lib/view/changes-between.ts";

const MARKS: Readonly<Record<BetweenState, string>> = {
  new: "+",
  back: "+",
  changed: "~",
  stale: "-",
  gone: "-",
};

/** Asset by asset, with what differs below it. */
export function renderBetween(answer: ChangesBetween): string {
  const { from, to, assets, more } = answer;
  const stamp = ({ version, at }: ChangesBetween["from"]) =>
    `version ${version} (${at === "" ? "empty" : at})`;
  const lines = [
    `From ${stamp(from)} to ${stamp(to)}: ${sayCounts(answer)}.`,
    ...assets.flatMap(renderAsset),
    ...(more > 0 ? [`and ${more} more; --limit lists them`] : []),
  ];
  return `${lines.join("\n")}\n`;
}

function renderAsset({
  name,
  kind,
  state,
  staleSince,
  owner,
  differences,
}: AssetBetween): readonly string[] {
  const about = [kind, owner].filter((part) => part !== undefined).join(", ");
  const since =
    state === "stale"
      ? ` is no longer said, since ${staleSince}`
      : state === "back"
        ? " is said again"
        : "";
  return [
    `${MARKS[state]} ${name} (${about})${since}`,
    ...differences.map(
      ({ column, what }) => `    ${[column, what].filter((part) => part !== undefined).join(" ")}`,
    ),
  ];
}
