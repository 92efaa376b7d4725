import { asRecord, asText } from "#lib/ingest/loose-value.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "../failure.ts";
import type { ReadFile } from "../sources/read-files.ts";
import { askJson } from "./ask-json.ts";
import { listInAnswer } from "./list-in-answer.ts";
import type { LiveAddress } from "./live-address.ts";
import type { LiveContext } from "./live-reader.ts";

/** What is asked for; an older DataHub may not have the later ones. */
const ENTITIES = [
  "dataset",
  "dataJob",
  "dashboard",
  "chart",
  "mlModel",
  "mlFeatureTable",
  "mlFeature",
  "mlPrimaryKey",
  "domain",
  "tag",
  "assertion",
  "incident",
];
const PAGE = 250;
const MOST_PAGES = 10_000;

/**
 * All entities of a DataHub that say something of lineage, over its OpenAPI (version 3, from DataHub 0.14 on). The token is
 * `DATAHUB_GMS_TOKEN`, as for DataHub's own tools.
 */
export async function readLiveDatahub(
  { url, shown }: LiveAddress,
  { env, fetch }: LiveContext,
): Promise<Result<readonly ReadFile[], Failure>> {
  const token = env["DATAHUB_GMS_TOKEN"];
  const files: ReadFile[] = [];
  for (const type of ENTITIES) {
    const read = await scroll({
      fetch,
      base: `${url.replace(/\/+$/, "")}/openapi/v3/entity/${type.toLowerCase()}`,
      type,
      token,
    });
    if (!read.ok) return read;
    if (read.value.length > 0)
      files.push({
        path: `${shown}/${type}.json`,
        root: shown,
        text: JSON.stringify({ entities: read.value }),
      });
  }
  return ok(files);
}

async function scroll({
  fetch,
  base,
  type,
  token,
}: {
  readonly fetch: LiveContext["fetch"];
  readonly base: string;
  readonly type: string;
  readonly token: string | undefined;
}): Promise<Result<readonly unknown[], Failure>> {
  const all: unknown[] = [];
  let scrollId: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = new URLSearchParams({ count: String(PAGE), systemMetadata: "false" });
    if (scrollId !== undefined) query.set("scrollId", scrollId);
    const url = `${base}?${query}`;
    const answer = await askJson({
      fetch,
      url,
      login: "Set DATAHUB_GMS_TOKEN to an access token of this DataHub.",
      ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
      // A list that has begun and does not go on, as when its place was forgotten, is no end.
      nothing: scrollId === undefined ? [400, 404] : [],
    });
    if (!answer.ok) return answer;
    // Datasets every DataHub has: this one has no such interface.
    if (answer.value === undefined && type === "dataset") return err(tooOld(base));
    if (answer.value === undefined) break;
    const listed = listInAnswer(answer.value, {
      url,
      key: "entities",
      mayStandAlone: ["scrollId"],
    });
    if (!listed.ok) return listed;
    const items = listed.value;
    for (const item of items) all.push(item);
    const next = asText(asRecord(answer.value)?.["scrollId"]);
    if (items.length === 0 || next === undefined || next === scrollId) break;
    scrollId = next;
  }
  return ok(all);
}

const tooOld = (base: string): Failure => ({
  code: "server-unreachable",
  message: `${base.replace(/^(\w+:\/\/)[^/]*@/, "$1")}: there is no OpenAPI of version 3`,
  next: "Give the address of DataHub's metadata service, 0.14 or later; from an older one export with a file sink and ingest the file.",
});
