import { asRecord, asText, ownValue, recordsIn } from "#lib/ingest/loose-value.ts";
import type { EventDataset, OpenLineageEvent } from "#lib/ingest/openlineage/check-event.ts";
import { type AssetName, assetId } from "#lib/model/asset-id.ts";
import { asFound, findingOf } from "../finding.ts";
import { keepFailing, type Signal } from "./signal.ts";

const TOLD_BY = "OpenLineage";
const MOST_WORDS = 300;

/** Runs that failed or came through, and assertions that did, of one OpenLineage event. */
export function readEventSignals(event: OpenLineageEvent): readonly Signal[] {
  const datasets = [
    ...event.inputs,
    ...event.outputs,
    ...(event.dataset === undefined ? [] : [event.dataset]),
  ];
  const at = event.time.iso;
  // Tools name assertions by the kind of test: several of one table have one name.
  const asserted = keepFailing(datasets.flatMap((dataset) => assertions(dataset, at)));
  return [...runSignals(event), ...asserted];
}

/** A run that somebody stopped says nothing; one that comes through ends what an earlier one began. */
function runSignals({ state, time, job, runFacets, outputs }: OpenLineageEvent): Signal[] {
  if (job === undefined || (state !== "FAIL" && state !== "COMPLETE")) return [];
  const isOver = state === "COMPLETE";
  const message = asText(ownValue(asRecord(ownValue(runFacets, "errorMessage")), "message"));
  return [
    {
      // What it writes stands for it where the graph does not show jobs.
      refs: [refOf(job.name), ...outputs.map(({ name }) => refOf(name))],
      check: "run",
      shows: "fails",
      isOver,
      at: time.iso,
      seen: isOver ? "the run came through" : (message ?? "the run failed").slice(0, MOST_WORDS),
      toldBy: TOLD_BY,
    },
  ];
}

const refOf = ({ namespace, name }: AssetName): string => assetId(namespace, name);

/** The facet stands with the dataset, or with the use that a run made of it. */
function assertions({ name, facets, useFacets }: EventDataset, at: string): Signal[] {
  const facet = asRecord(
    ownValue(useFacets, "dataQualityAssertions") ?? ownValue(facets, "dataQualityAssertions"),
  );
  return recordsIn(ownValue(facet, "assertions")).flatMap((assertion): Signal[] => {
    const check = asText(assertion["assertion"]);
    const { success } = assertion;
    if (check === undefined || typeof success !== "boolean") return [];
    const column = asText(assertion["column"]);
    return [
      {
        refs: [refOf(name)],
        ...(column === undefined ? {} : { column }),
        check,
        shows: "wrong",
        ...asFound(findingOf(check)),
        isOver: success,
        at,
        seen: success ? `${check} passes` : `${check} failed`,
        toldBy: TOLD_BY,
      },
    ];
  });
}
