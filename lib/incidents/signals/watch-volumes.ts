import type { RunRecord, RunVolume } from "#lib/ingest/openlineage/read-run.ts";
import { type AssetName, assetId } from "#lib/model/asset-id.ts";
import { findRowShift, timeOf } from "./explain-rows.ts";
import type { Signal } from "./signal.ts";

const CHECK = "rows in against rows out";
const TOLD_BY = "Faultline";

/**
 * Of what a job writes, whether it is another share of the rows that the job read than it was. `runs` in any order; those
 * that did not come through or said no rows do not count. One signal for each table that is written, over where it is as it
 * was. What was read is not what is wrong, since the share is one of what came.
 */
export function watchVolumes(job: AssetName, runs: readonly RunRecord[]): readonly Signal[] {
  const done = runs
    .filter(({ state, inputs, outputs }) => state === "ok" && inputs && outputs)
    .sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1));
  const newest = done.at(-1);
  if (newest === undefined) return [];
  return (newest.outputs ?? []).map((output): Signal => {
    const found = findRowShift(done, output);
    const signal = {
      refs: [...refsOf(output), assetId(job.namespace, job.name)],
      check: `${CHECK} of ${job.name}`,
      shows: "wrong",
      toldBy: TOLD_BY,
    } as const;
    if (found === undefined)
      return { ...signal, isOver: true, at: timeOf(newest), seen: "as before" };
    const { inputs, shift } = found;
    const read = inputs.map(({ name }) => name).join(" and ");
    return {
      ...signal,
      isOver: false,
      at: shift.noticed,
      since: shift.began,
      seen: `since ${shift.began} ${sayShare(shift.since)} of the rows of ${read} arrive in ${output.name}; before it was ${sayShare(shift.before)}`,
      rulesOut: (newest.inputs ?? []).map(refsOf),
    };
  });
}

const refsOf = ({ namespace, name }: RunVolume): readonly string[] => [
  assetId(namespace, name),
  name,
];

function sayShare(logarithm: number): string {
  const share = Math.exp(logarithm) * 100;
  return `${share < 10 ? share.toFixed(1) : Math.round(share)}%`;
}
