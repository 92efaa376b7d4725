import { asList, asRecord, asText, type LooseRecord, recordsIn } from "#lib/ingest/loose-value.ts";

/**
 * An aspect with a patch added to it. DataHub keys the members of its lists by their paths
 * (`/upstreams/urn:li:dataset:…`); what is added is the member, what is removed has the same key.
 */
export function addPatch(aspect: LooseRecord, patch: unknown): LooseRecord {
  const steps = asList(patch) ?? asList(asRecord(patch)?.["patch"]) ?? [];
  return recordsIn(steps).reduce<LooseRecord>(addStep, aspect);
}

function addStep(aspect: LooseRecord, step: LooseRecord): LooseRecord {
  const [list, ...rest] = (asText(step["path"]) ?? "").split("/").slice(1).map(plain);
  if (list === undefined || list === "") return aspect;
  const members = recordsIn(aspect[list]);
  const key = rest.join("/");
  if (step["op"] === "remove")
    return { ...aspect, [list]: members.filter((member) => !holds(member, key)) };
  const value = asRecord(step["value"]);
  if (rest.length === 0) return { ...aspect, [list]: step["value"] };
  if (list === "fineGrainedLineages")
    return { ...aspect, [list]: [...members, fineGrained(rest, value)] };
  if (value === undefined) return aspect;
  return { ...aspect, [list]: [...members.filter((member) => !holds(member, key)), value] };
}

const holds = (member: LooseRecord, key: string): boolean =>
  Object.values(member).some((value) => value === key);

/** `TRANSFORM/downstream field/query/upstream field`; NONE stands for what is left out. */
function fineGrained(
  [operation, downstream, , upstream]: readonly string[],
  value: LooseRecord | undefined,
): LooseRecord {
  return {
    ...value,
    ...(operation === "NONE" ? {} : { transformOperation: operation }),
    upstreams: upstream === undefined ? [] : [upstream],
    downstreams: downstream === undefined ? [] : [downstream],
  };
}

/** JSON Pointer's two escapes. */
const plain = (part: string): string => part.replaceAll("~1", "/").replaceAll("~0", "~");
