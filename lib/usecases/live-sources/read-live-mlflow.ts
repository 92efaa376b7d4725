import { asRecord, asText, type LooseRecord, recordsIn } from "#lib/ingest/loose-value.ts";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import type { Failure } from "../failure.ts";
import type { ReadFile } from "../sources/read-files.ts";
import { askJson } from "./ask-json.ts";
import { listInAnswer } from "./list-in-answer.ts";
import type { LiveAddress } from "./live-address.ts";
import type { LiveContext } from "./live-reader.ts";

const LOGIN =
  "Set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, as MLflow's own client has them.";
const PAGE = 1000;
/** Of one experiment; the newest come first, and of the runs of one name only the last one counts. */
const MOST_PAGES = 50;

/**
 * Runs of all experiments of an MLflow tracking server, with the MLmodel file of each model that they logged, which holds
 * its signature.
 */
export async function readLiveMlflow(
  { url, shown }: LiveAddress,
  { env, fetch }: LiveContext,
): Promise<Result<readonly ReadFile[], Failure>> {
  const asking: Asking = { base: url.replace(/\/+$/, ""), fetch, headers: loginOf(env) };
  const experiments = await pages(asking, {
    path: "/api/2.0/mlflow/experiments/search",
    body: { max_results: PAGE },
    key: "experiments",
  });
  if (!experiments.ok) return experiments;
  const files: ReadFile[] = [];
  for (const experiment of experiments.value) {
    const id = asText(experiment["experiment_id"]);
    if (id === undefined) continue;
    const runs = await pages(asking, {
      path: "/api/2.0/mlflow/runs/search",
      body: { experiment_ids: [id], max_results: PAGE, order_by: ["attributes.start_time DESC"] },
      key: "runs",
    });
    if (!runs.ok) return runs;
    if (runs.value.length > 0)
      files.push(fileOf(shown, `experiment/${id}`, JSON.stringify({ runs: runs.value })));
    const models = await loggedModels(asking, id, runs.value);
    if (!models.ok) return models;
    for (const { name, text } of models.value) files.push(fileOf(shown, `${name}/MLmodel`, text));
  }
  return ok(files);
}

interface Asking {
  readonly base: string;
  readonly fetch: LiveContext["fetch"];
  readonly headers: Readonly<Record<string, string>>;
}

const fileOf = (shown: string, name: string, text: string): ReadFile => ({
  path: `${shown}/${name}`,
  root: shown,
  text,
});

function loginOf(env: LiveContext["env"]): Readonly<Record<string, string>> {
  const token = env["MLFLOW_TRACKING_TOKEN"];
  const [user, password] = [env["MLFLOW_TRACKING_USERNAME"], env["MLFLOW_TRACKING_PASSWORD"]];
  if (token) return { authorization: `Bearer ${token}` };
  if (!user || !password) return {};
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
}

interface Listing {
  readonly path: string;
  readonly body: LooseRecord;
  readonly key: string;
  /** See `JsonQuestion`. */
  readonly nothing?: readonly number[];
}

async function pages(
  { base, fetch, headers }: Asking,
  { path, body, key, nothing }: Listing,
): Promise<Result<readonly LooseRecord[], Failure>> {
  const all: LooseRecord[] = [];
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const url = `${base}${path}`;
    const answer = await askJson({
      fetch,
      headers,
      url,
      body: token === undefined ? body : { ...body, page_token: token },
      login: LOGIN,
      ...(nothing === undefined ? {} : { nothing }),
    });
    if (!answer.ok) return answer;
    if (answer.value === undefined) break;
    const mayStandAlone = ["next_page_token"];
    const items = listInAnswer(answer.value, { url, key, mayStandAlone });
    if (!items.ok) return items;
    for (const one of items.value) all.push(one);
    token = asText(asRecord(answer.value)?.["next_page_token"]);
    if (token === undefined || token === "") break;
  }
  return ok(all);
}

interface LoggedModel {
  readonly name: string;
  readonly text: string;
}

/** Since MLflow 3 models are kept apart from runs; before, each run says in a tag what it logged and where. */
async function loggedModels(
  asking: Asking,
  experiment: string,
  runs: readonly LooseRecord[],
): Promise<Result<readonly LoggedModel[], Failure>> {
  const listed = await pages(asking, {
    path: "/api/2.0/mlflow/logged-models/search",
    body: { experiment_ids: [experiment], max_results: 50 },
    key: "models",
    // Servers from before MLflow 3 know no logged models.
    nothing: [404],
  });
  if (!listed.ok) return listed;
  const found: LoggedModel[] = [];
  for (const model of listed.value) {
    const id = asText(asRecord(model["info"])?.["model_id"]);
    const text =
      id === undefined
        ? undefined
        : await textAt(
            asking,
            `/ajax-api/2.0/mlflow/logged-models/${encodeURIComponent(id)}/artifacts/files?artifact_file_path=MLmodel`,
          );
    if (id !== undefined && text !== undefined) found.push({ name: `model/${id}`, text });
  }
  if (listed.value.length > 0) return ok(found);
  for (const run of runs) for (const model of await modelsOfRun(asking, run)) found.push(model);
  return ok(found);
}

async function modelsOfRun(asking: Asking, run: LooseRecord): Promise<readonly LoggedModel[]> {
  const id = asText(asRecord(run["info"])?.["run_id"]);
  const tags = recordsIn(asRecord(run["data"])?.["tags"]);
  const history = asText(tags.find((tag) => tag["key"] === "mlflow.log-model.history")?.["value"]);
  if (id === undefined || history === undefined) return [];
  const found: LoggedModel[] = [];
  for (const path of pathsIn(history)) {
    const query = new URLSearchParams({ path: `${path}/MLmodel`, run_uuid: id });
    const text = await textAt(asking, `/get-artifact?${query.toString()}`);
    if (text !== undefined) found.push({ name: `run/${id}/${path}`, text });
  }
  return found;
}

function pathsIn(history: string): readonly string[] {
  try {
    return recordsIn(JSON.parse(history)).flatMap((one) => asText(one["artifact_path"]) ?? []);
  } catch {
    return [];
  }
}

/** A model without its file keeps its run: the reader then says that its features are guessed. */
async function textAt({ base, fetch, headers }: Asking, path: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${base}${path}`, {
      headers,
      redirect: "manual",
      signal: AbortSignal.timeout(60_000),
    });
    return response.ok ? await response.text() : undefined;
  } catch {
    return undefined;
  }
}
