import { asText, recordsIn } from "#lib/ingest/loose-value.ts";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import type { Failure } from "../failure.ts";
import type { ReadFile } from "../sources/read-files.ts";
import { askJson } from "./ask-json.ts";
import { listInAnswer } from "./list-in-answer.ts";
import type { LiveAddress } from "./live-address.ts";
import type { LiveContext } from "./live-reader.ts";

const PAGE = 100;
/** Pages of one list; past that something answers the same again and again. */
const MOST_PAGES = 10_000;

/** All namespaces of a Marquez with their datasets, column lineage among them, and jobs. The token is `MARQUEZ_API_KEY`. */
export async function readLiveMarquez(
  { url, shown }: LiveAddress,
  { env, fetch }: LiveContext,
): Promise<Result<readonly ReadFile[], Failure>> {
  const token = env["MARQUEZ_API_KEY"];
  const list = (path: string, key: string) =>
    listAll({ fetch, base: `${apiOf(url)}${path}`, key, token });
  const namespaces = await list("/namespaces", "namespaces");
  if (!namespaces.ok) return namespaces;
  const datasets: unknown[] = [];
  const jobs: unknown[] = [];
  for (const namespace of recordsIn(namespaces.value)) {
    const name = asText(namespace["name"]);
    if (name === undefined || namespace["isHidden"] === true) continue;
    const path = `/namespaces/${encodeURIComponent(name)}`;
    for (const [key, found] of [
      ["datasets", datasets],
      ["jobs", jobs],
    ] as const) {
      const read = await list(`${path}/${key}`, key);
      if (!read.ok) return read;
      for (const one of read.value) found.push(one);
    }
  }
  return ok([{ path: shown, root: shown, text: JSON.stringify({ datasets, jobs }) }]);
}

/** The address of the tool, or of its interface. */
const apiOf = (url: string): string =>
  `${url.replace(/\/+$/, "").replace(/\/api\/v1$/, "")}/api/v1`;

async function listAll({
  fetch,
  base,
  key,
  token,
}: {
  readonly fetch: LiveContext["fetch"];
  readonly base: string;
  readonly key: string;
  readonly token: string | undefined;
}): Promise<Result<readonly unknown[], Failure>> {
  const all: unknown[] = [];
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const url = `${base}?limit=${PAGE}&offset=${page * PAGE}`;
    const answer = await askJson({
      fetch,
      url,
      login: "Set MARQUEZ_API_KEY to a key of this Marquez.",
      ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
    });
    if (!answer.ok) return answer;
    const items = listInAnswer(answer.value, { url, key });
    if (!items.ok) return items;
    for (const item of items.value) all.push(item);
    if (items.value.length < PAGE) break;
  }
  return ok(all);
}
