import { asNumber, asRecord, asText, type LooseRecord } from "#lib/ingest/loose-value.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "../failure.ts";
import type { ReadFile } from "../sources/read-files.ts";
import { askJson } from "./ask-json.ts";
import { listInAnswer } from "./list-in-answer.ts";
import type { LiveAddress } from "./live-address.ts";
import type { LiveContext } from "./live-reader.ts";

/** Superset gives no more than this at once, whatever is asked. */
const PAGE = 100;
/** Past that something answers the same again and again. */
const MOST_PAGES = 10_000;

const LOGIN =
  "Set SUPERSET_TOKEN, or SUPERSET_USERNAME and SUPERSET_PASSWORD of a user who may read dashboards, charts and datasets.";

/**
 * All dashboards, charts and datasets of a Superset over its REST interface, to the last page: charts on no dashboard as
 * well. The token is `SUPERSET_TOKEN`, or it is got with `SUPERSET_USERNAME` and `SUPERSET_PASSWORD`.
 */
export async function readLiveSuperset(
  { url, shown }: LiveAddress,
  context: LiveContext,
): Promise<Result<readonly ReadFile[], Failure>> {
  const base = `${url.replace(/\/+$/, "").replace(/\/api\/v1$/, "")}/api/v1`;
  const token = await tokenOf(base, context);
  if (!token.ok) return token;
  const asking: Asking = { base, token: token.value, fetch: context.fetch };
  const found: Record<"charts" | "datasets" | "dashboards", readonly LooseRecord[]> = {
    charts: [],
    datasets: [],
    dashboards: [],
  };
  for (const [kind, path] of KINDS) {
    const listed = await listAll(asking, path);
    if (!listed.ok) return listed;
    const whole = await detailsOf(asking, path, listed.value);
    if (!whole.ok) return whole;
    found[kind] = whole.value;
  }
  const datasets = await withAddresses(asking, found.datasets);
  return ok(
    [found.dashboards, found.charts, datasets].map((result, at) => ({
      path: `${shown}/${["dashboards", "charts", "datasets"][at]}`,
      root: shown,
      text: JSON.stringify({ result }),
    })),
  );
}

const KINDS = [
  ["dashboards", "dashboard"],
  ["charts", "chart"],
  ["datasets", "dataset"],
] as const;

interface Asking {
  readonly base: string;
  readonly token: string | undefined;
  readonly fetch: LiveContext["fetch"];
}

async function tokenOf(
  base: string,
  { env, fetch }: LiveContext,
): Promise<Result<string | undefined, Failure>> {
  const token = env["SUPERSET_TOKEN"];
  const [username, password] = [env["SUPERSET_USERNAME"], env["SUPERSET_PASSWORD"]];
  if (token || !username || !password) return ok(token || undefined);
  const answer = await askJson({
    fetch,
    url: `${base}/security/login`,
    body: { username, password, provider: env["SUPERSET_PROVIDER"] ?? "db", refresh: false },
    login: LOGIN,
  });
  if (!answer.ok) return answer;
  const given = asText(asRecord(answer.value)?.["access_token"]);
  return given === undefined
    ? err({ code: "refused", message: `${base}: the login gives no token`, next: LOGIN })
    : ok(given);
}

const ask = ({ base, token, fetch }: Asking, path: string, nothing: readonly number[] = []) =>
  askJson({
    fetch,
    url: `${base}${path}`,
    login: LOGIN,
    nothing,
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
  });

async function listAll(
  asking: Asking,
  path: string,
): Promise<Result<readonly LooseRecord[], Failure>> {
  const all: LooseRecord[] = [];
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = `(order_column:id,order_direction:asc,page:${page},page_size:${PAGE})`;
    const answer = await ask(asking, `/${path}/?q=${encodeURIComponent(query)}`);
    const fallback = answer.ok
      ? answer
      : // Not every list can be ordered by its id.
        await ask(asking, `/${path}/?q=${encodeURIComponent(`(page:${page},page_size:${PAGE})`)}`);
    if (!fallback.ok) return fallback;
    const listed = listInAnswer(fallback.value, { url: `${asking.base}/${path}/`, key: "result" });
    if (!listed.ok) return listed;
    const rows = listed.value;
    for (const row of rows) all.push(row);
    const count = asNumber(asRecord(fallback.value)?.["count"]);
    if (rows.length === 0 || (count !== undefined && all.length >= count)) break;
  }
  return ok([...new Map(all.map((row) => [row["id"], row])).values()]);
}

/** The whole of each: lists leave out what charts and datasets are made of. */
async function detailsOf(
  asking: Asking,
  path: string,
  listed: readonly LooseRecord[],
): Promise<Result<readonly LooseRecord[], Failure>> {
  const whole: LooseRecord[] = [];
  for (const row of listed) {
    const id = asNumber(row["id"]);
    if (id === undefined) continue;
    // It may have been deleted since the list was made.
    const answer = await ask(asking, `/${path}/${id}`, [404]);
    if (!answer.ok) return answer;
    const result = asRecord(asRecord(answer.value)?.["result"]);
    if (answer.value !== undefined) whole.push({ ...row, ...result, id });
  }
  return ok(whole);
}

/** Datasets say which database they are in; its address, without its password, joins them with what others know. */
async function withAddresses(
  asking: Asking,
  datasets: readonly LooseRecord[],
): Promise<readonly LooseRecord[]> {
  const addresses = new Map<number, LooseRecord>();
  const withDatabase: LooseRecord[] = [];
  for (const dataset of datasets) {
    const database = asRecord(dataset["database"]);
    const id = asNumber(database?.["id"]);
    if (id !== undefined && !addresses.has(id)) addresses.set(id, await addressOf(asking, id));
    withDatabase.push({
      ...dataset,
      database: { ...database, ...(id === undefined ? {} : addresses.get(id)) },
    });
  }
  return withDatabase;
}

/** Whoever may not see connections still gets the tables, under the name that Superset has for the database. */
async function addressOf(asking: Asking, id: number): Promise<LooseRecord> {
  for (const path of [`/database/${id}/connection`, `/database/${id}`]) {
    const answer = await ask(asking, path, [401, 403, 404]);
    const result = answer.ok ? asRecord(asRecord(answer.value)?.["result"]) : undefined;
    const address = asText(result?.["sqlalchemy_uri"]);
    const backend = asText(result?.["backend"]);
    if (address !== undefined)
      return { sqlalchemy_uri: address, ...(backend === undefined ? {} : { backend }) };
    if (backend !== undefined) return { backend };
  }
  return {};
}
