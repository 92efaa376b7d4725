import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import type { Snapshot } from "#lib/graph/snapshot.ts";
import type { Observation } from "../observation.ts";
import { rankSuspects } from "../rank-suspects.ts";
import type { FailedRun, LoggedChange, Suspect } from "../suspect.ts";
import { reachFrom } from "./reach-from.ts";

/** Broken things that one cause explains. */
export interface CauseGroup {
  /** Absent: nothing is known that would explain it. */
  readonly suspect?: Suspect;
  /** Places in the list of what is broken. */
  readonly members: readonly number[];
}

export interface GroupInput {
  readonly snapshot: Snapshot;
  readonly graph: MergedGraph;
  readonly broken: readonly Observation[];
  readonly healthy: readonly Observation[];
  readonly changesAt: ReadonlyMap<number, readonly LoggedChange[]>;
  readonly failedRuns: ReadonlyMap<number, FailedRun>;
  /** ISO 8601. */
  readonly now: string;
  /** Groups that are made at most; what is then left over is one more, without a suspect. */
  readonly most: number;
}

/** So many at once tell as much as all of them, and each costs time. */
const OBSERVED_AT_ONCE = 200;

/**
 * What is broken, by probable cause: the likeliest suspect takes what it explains and, of what was not asked about because
 * there is too much of it, whatever reads it; then the next, for what is left.
 */
export function groupByCause(input: GroupInput): readonly CauseGroup[] {
  const { broken, healthy } = input;
  const groups: CauseGroup[] = [];
  let left = broken.map((_, at) => at);
  while (left.length > 0 && groups.length < input.most) {
    const asked = left.slice(0, OBSERVED_AT_ONCE);
    const { suspects } = rankSuspects({
      ...input,
      observations: [
        ...asked.flatMap((at) => broken[at] ?? []),
        ...healthy.slice(0, OBSERVED_AT_ONCE),
      ],
    });
    const [suspect] = suspects;
    const members = suspect === undefined ? [] : membersOf(input, { suspect, asked, left });
    // What nobody explains is a group by itself, so that there is an end.
    const first = left[0] ?? 0;
    groups.push(
      suspect === undefined || members.length === 0 ? { members: [first] } : { suspect, members },
    );
    const taken = new Set(groups.at(-1)?.members);
    left = left.filter((at) => !taken.has(at));
  }
  if (left.length > 0) groups.push({ members: left });
  return groups;
}

interface Asked {
  readonly suspect: Suspect;
  /** Places of what the suspect was ranked for, and of all that is not explained yet. */
  readonly asked: readonly number[];
  readonly left: readonly number[];
}

function membersOf({ snapshot, broken }: GroupInput, { suspect, asked, left }: Asked): number[] {
  const explained = new Set(suspect.explains.map(({ ref }) => ref));
  const known = asked.filter((at) => explained.has(broken[at]?.ref ?? ""));
  const start = snapshot.assetIds.indexOf(suspect.asset.id);
  if (left.length === asked.length || start < 0) return known;
  const reached = reachFrom(snapshot, start);
  const later = left.slice(asked.length).filter((at) => reached[broken[at]?.relation ?? -1] === 1);
  return [...known, ...later];
}
