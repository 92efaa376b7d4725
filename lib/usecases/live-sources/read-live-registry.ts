import { asRecord, asText } from "#lib/ingest/loose-value.ts";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { Failure } from "../failure.ts";
import type { ReadFile } from "../sources/read-files.ts";
import { askJson } from "./ask-json.ts";
import { otherAnswer } from "./list-in-answer.ts";
import type { LiveAddress } from "./live-address.ts";
import type { LiveContext, LiveReader } from "./live-reader.ts";

const LOGIN =
  "Set SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO (user:password) or SCHEMA_REGISTRY_BEARER_AUTH_TOKEN.";

/**
 * The newest version of every subject of a schema registry (Confluent's interface, as Karapace, Apicurio and Redpanda have
 * it). Registries that list all schemas at once are asked once; of others each subject is asked for.
 */
export const readLiveRegistry: LiveReader = async (address, context) => {
  const ask = asking(address, context);
  const all = await ask("/schemas?latestOnly=true");
  if (all.ok && Array.isArray(all.value)) return ok([fileOf(address, all.value)]);
  const subjects = await ask("/subjects");
  if (!subjects.ok) return subjects;
  const newest: unknown[] = [];
  if (!Array.isArray(subjects.value))
    return err(otherAnswer(`${address.url.replace(/\/+$/, "")}/subjects`, "a list"));
  for (const subject of subjects.value) {
    const name = asText(subject);
    if (name === undefined) continue;
    const read = await ask(`/subjects/${encodeURIComponent(name)}/versions/latest`, [404]);
    if (!read.ok) return read;
    // It may have been deleted since the list was made.
    if (read.value !== undefined) newest.push(read.value);
  }
  return ok([fileOf(address, newest)]);
};

const fileOf = ({ shown }: LiveAddress, schemas: readonly unknown[]): ReadFile => ({
  path: shown,
  root: shown,
  text: JSON.stringify(schemas),
});

function asking({ url }: LiveAddress, { env, fetch }: LiveContext) {
  const base = url.replace(/\/+$/, "");
  return (path: string, nothing: readonly number[] = []): Promise<Result<unknown, Failure>> =>
    askJson({ fetch, url: `${base}${path}`, login: LOGIN, headers: authorization(env), nothing });
}

function authorization(env: LiveContext["env"]): Readonly<Record<string, string>> {
  const basic = env["SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO"];
  const bearer = env["SCHEMA_REGISTRY_BEARER_AUTH_TOKEN"];
  if (bearer) return { authorization: `Bearer ${bearer}` };
  return basic ? { authorization: `Basic ${Buffer.from(basic).toString("base64")}` } : {};
}

/**
 * All connectors of a Kafka Connect worker with their configuration, and the topics that each has used, as far as the worker
 * tells them: a pattern names none. Basic authentication is `KAFKA_CONNECT_USER_INFO`.
 */
export const readLiveConnect: LiveReader = async ({ url, shown }, { env, fetch }) => {
  const basic = env["KAFKA_CONNECT_USER_INFO"];
  const ask = (path: string, nothing: readonly number[] = []) =>
    askJson({
      fetch,
      nothing,
      url: `${url.replace(/\/+$/, "")}${path}`,
      login: "Set KAFKA_CONNECT_USER_INFO to user:password.",
      ...(basic
        ? { headers: { authorization: `Basic ${Buffer.from(basic).toString("base64")}` } }
        : {}),
    });
  const answer = await ask("/connectors?expand=info");
  if (!answer.ok) return answer;
  const connectors: [string, unknown][] = [];
  const listed = asRecord(answer.value);
  // Workers before 2.3 name their connectors, and nothing more.
  if (listed === undefined || !Object.values(listed).every(isConnector))
    return err(otherAnswer(`${url.replace(/\/+$/, "")}/connectors`, "connectors"));
  for (const [name, connector] of Object.entries(listed)) {
    // Workers before 2.5, and those that are told not to, keep no account of topics.
    const used = await ask(`/connectors/${encodeURIComponent(name)}/topics`, [403, 404]);
    if (!used.ok) return used;
    const topics = asRecord(asRecord(used.value)?.[name])?.["topics"];
    connectors.push([name, { ...asRecord(connector), ...(topics ? { topics } : {}) }]);
  }
  return ok([{ path: shown, root: shown, text: JSON.stringify(Object.fromEntries(connectors)) }]);
};

const isConnector = (value: unknown): boolean => asRecord(asRecord(value)?.["info"]) !== undefined;

const MOST_BYTES = 400_000_000;
const TIMEOUT_MS = 120_000;

/** One file behind an address: `https://ci.example/artifacts/manifest.json`. A token for it is `FAULTLINE_SOURCE_TOKEN`. */
export const readLiveFile: LiveReader = async ({ url, shown }, { env, fetch }) => {
  const token = env["FAULTLINE_SOURCE_TOKEN"];
  try {
    const response = await fetch(url, {
      redirect: token ? "manual" : "follow",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(token ? { headers: { authorization: `Bearer ${token}` } } : {}),
    });
    if (!response.ok) return err(unreachable(shown, `it answers ${response.status}`));
    const text = await readBounded(response);
    return text === undefined
      ? err(unreachable(shown, `it has more than ${MOST_BYTES} bytes`))
      : ok([{ path: shown, root: shown, text }]);
  } catch (error) {
    return err(unreachable(shown, error instanceof Error ? error.message : "no answer"));
  }
};

async function readBounded({ body }: Response): Promise<string | undefined> {
  if (body === null) return "";
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body as unknown as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > MOST_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

const unreachable = (shown: string, reason: string): Failure => ({
  code: "server-unreachable",
  message: `${shown}: ${reason}`,
  next: "Check the address, and FAULTLINE_SOURCE_TOKEN where it wants a login.",
});
