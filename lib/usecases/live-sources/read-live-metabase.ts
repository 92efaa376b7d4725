import { asList, asNumber, asRecord, asText, type LooseRecord } from "#lib/ingest/loose-value.ts";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import type { Failure } from "../failure.ts";
import type { ReadFile } from "../sources/read-files.ts";
import { askJson } from "./ask-json.ts";
import { listInAnswer } from "./list-in-answer.ts";
import type { LiveAddress } from "./live-address.ts";
import type { LiveContext } from "./live-reader.ts";

const LOGIN =
  "Set METABASE_API_KEY to a key whose group may see all collections, or METABASE_SESSION to a session's id.";

/**
 * All databases with their fields, cards and dashboards of a Metabase. The key is `METABASE_API_KEY`; a session's id
 * (`METABASE_SESSION`) will do where keys are not allowed.
 */
export async function readLiveMetabase(
  { url, shown }: LiveAddress,
  { env, fetch }: LiveContext,
): Promise<Result<readonly ReadFile[], Failure>> {
  const base = `${url.replace(/\/+$/, "").replace(/\/api$/, "")}/api`;
  const key = env["METABASE_API_KEY"];
  const session = env["METABASE_SESSION"];
  const headers: Record<string, string> = {
    ...(key ? { "x-api-key": key } : {}),
    ...(session ? { "x-metabase-session": session } : {}),
  };
  const ask = (path: string, nothing: readonly number[] = []) =>
    askJson({ fetch, url: `${base}${path}`, headers, login: LOGIN, nothing });
  const file = (name: string, value: unknown): ReadFile => ({
    path: `${shown}/${name}`,
    root: shown,
    text: JSON.stringify(value),
  });

  const listed = await ask("/database");
  if (!listed.ok) return listed;
  const files: ReadFile[] = [];
  const databases = rowsOf(listed.value, `${base}/database`);
  if (!databases.ok) return databases;
  for (const database of databases.value) {
    const id = asNumber(database["id"]);
    if (id === undefined) continue;
    const metadata = await ask(`/database/${id}/metadata?include_hidden=true`, [404]);
    if (!metadata.ok) return metadata;
    const whole = { ...database, ...asRecord(metadata.value) };
    files.push(file(`database/${id}`, withoutSecrets(whole)));
  }
  const cards = await ask("/card");
  if (!cards.ok) return cards;
  const allCards = rowsOf(cards.value, `${base}/card`);
  if (!allCards.ok) return allCards;
  if (allCards.value.length > 0) files.push(file("cards", allCards.value));
  const dashboards = await ask("/dashboard");
  if (!dashboards.ok) return dashboards;
  const boards = rowsOf(dashboards.value, `${base}/dashboard`);
  if (!boards.ok) return boards;
  for (const dashboard of boards.value) {
    const id = dashboard["id"];
    // It may have been deleted since the list was made.
    const whole = await ask(`/dashboard/${String(id)}`, [404]);
    if (!whole.ok) return whole;
    if (whole.value !== undefined) files.push(file(`dashboard/${String(id)}`, whole.value));
  }
  return ok(files);
}

const rowsOf = (value: unknown, url: string): Result<readonly LooseRecord[], Failure> =>
  listInAnswer(value, asList(value) === undefined ? { url, key: "data" } : { url });

/** Of a connection only what says where it leads. */
function withoutSecrets(database: LooseRecord): LooseRecord {
  const details = asRecord(database["details"]);
  const kept = ["host", "account", "port", "dbname", "db", "project-id", "catalog"].flatMap(
    (key) => {
      const value = details?.[key];
      return asText(value) === undefined && asNumber(value) === undefined
        ? []
        : [[key, value] as const];
    },
  );
  return { ...database, details: Object.fromEntries(kept) };
}
