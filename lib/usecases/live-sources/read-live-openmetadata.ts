import { asRecord, asText } from "#lib/ingest/loose-value.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "../failure.ts";
import type { ReadFile } from "../sources/read-files.ts";
import { askJson } from "./ask-json.ts";
import { listInAnswer, otherAnswer } from "./list-in-answer.ts";
import type { LiveAddress } from "./live-address.ts";
import type { LiveContext } from "./live-reader.ts";

interface Collection {
  readonly path: string;
  /** As lineage calls it; absent: it has none. */
  readonly lineage?: string;
  /** Beside owners, domains and tags. */
  readonly fields: readonly string[];
}

const COLLECTIONS: readonly Collection[] = [
  {
    path: "tables",
    lineage: "table",
    fields: ["columns", "tableConstraints", "usageSummary", "schemaDefinition", "dataModel"],
  },
  { path: "topics", lineage: "topic", fields: [] },
  { path: "containers", lineage: "container", fields: ["dataModel"] },
  { path: "pipelines", lineage: "pipeline", fields: ["tasks"] },
  { path: "dashboards", lineage: "dashboard", fields: ["charts", "dataModels", "usageSummary"] },
  { path: "charts", lineage: "chart", fields: [] },
  { path: "dashboard/datamodels", lineage: "dashboardDataModel", fields: [] },
  { path: "mlmodels", lineage: "mlmodel", fields: ["mlFeatures"] },
  { path: "dataQuality/testCases", fields: ["testDefinition", "testCaseResult"] },
];
/** One field that an OpenMetadata does not know makes it refuse the question: newer spellings first. */
const OWNERSHIP: readonly (readonly string[])[] = [
  ["owners", "domains", "tags"],
  ["owners", "domain", "tags"],
  ["owner", "domain", "tags"],
  ["owner", "tags"],
];
const PAGE = 100;
const MOST_PAGES = 10_000;
/** Questions for lineage that are under way at once. */
const AT_ONCE = 6;

/**
 * All entities of an OpenMetadata with the lineage into each, over its REST interface. The token is `OPENMETADATA_JWT_TOKEN`,
 * that of a bot or a person.
 */
export async function readLiveOpenMetadata(
  { url, shown }: LiveAddress,
  { env, fetch }: LiveContext,
): Promise<Result<readonly ReadFile[], Failure>> {
  const token = env["OPENMETADATA_JWT_TOKEN"];
  const api = new Api({
    fetch,
    base: `${url.replace(/\/+$/, "").replace(/\/api(?:\/v1)?$/, "")}/api/v1`,
    token,
  });
  const files: ReadFile[] = [];
  const add = (name: string, value: readonly unknown[]): void => {
    if (value.length > 0)
      files.push({
        path: `${shown}/${name}.json`,
        root: shown,
        text: JSON.stringify({ data: value, paging: {} }),
      });
  };
  for (const collection of COLLECTIONS) {
    const read = await api.list(collection);
    if (!read.ok) return read;
    add(collection.path.replaceAll("/", "-"), read.value);
    if (collection.lineage === undefined) continue;
    const lineage = await api.lineage(collection.lineage, read.value);
    if (!lineage.ok) return lineage;
    add(`${collection.lineage}-lineage`, lineage.value);
  }
  const incidents = await api.incidents();
  if (!incidents.ok) return incidents;
  add("incidents", incidents.value);
  return ok(files);
}

type Items = readonly Readonly<Record<string, unknown>>[];

interface ApiGiven {
  readonly fetch: LiveContext["fetch"];
  readonly base: string;
  readonly token: string | undefined;
}

class Api {
  readonly #given: ApiGiven;
  /** Which spelling of the fields this one knows. */
  #ownership = 0;

  constructor(given: ApiGiven) {
    this.#given = given;
  }

  async list({ path, fields }: Collection): Promise<Result<Items, Failure>> {
    for (; this.#ownership < OWNERSHIP.length; this.#ownership += 1) {
      const all = [
        ...fields,
        ...(path.startsWith("dataQuality") ? [] : (OWNERSHIP[this.#ownership] ?? [])),
      ];
      const read = await this.#pages(path, { fields: all.join(",") });
      if (!read.ok || read.value !== undefined) return read.ok ? ok(read.value ?? []) : read;
      // A kind of entity that this OpenMetadata has not is no reason to ask otherwise for the next.
      if (path !== "tables") return ok([]);
    }
    return err(notOpenMetadata(this.#given.base));
  }

  async lineage(type: string, entities: Items): Promise<Result<Items, Failure>> {
    const ids = entities.flatMap((one) => asText(one["id"]) ?? []);
    const found: Readonly<Record<string, unknown>>[] = [];
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const answers = await Promise.all(
        ids
          .slice(from, from + AT_ONCE)
          .map((id) =>
            this.#ask(`lineage/${type}/${id}`, { upstreamDepth: "1", downstreamDepth: "0" }),
          ),
      );
      for (const answer of answers) {
        if (!answer.ok) return answer;
        const record = asRecord(answer.value);
        if (record !== undefined) found.push(record);
      }
    }
    return ok(found);
  }

  async incidents(): Promise<Result<Items, Failure>> {
    const read = await this.#pages("dataQuality/testCases/testCaseIncidentStatus", {
      latest: "true",
    });
    return read.ok ? ok(read.value ?? []) : read;
  }

  /** Undefined: there is no such list, or it is asked for in words that it does not know. */
  async #pages(
    path: string,
    query: Readonly<Record<string, string>>,
  ): Promise<Result<Items | undefined, Failure>> {
    const all: Readonly<Record<string, unknown>>[] = [];
    let after: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const answer = await this.#ask(path, {
        ...query,
        limit: String(PAGE),
        ...(after === undefined ? {} : { after }),
      });
      if (!answer.ok) return answer;
      const url = `${this.#given.base}/${path}`;
      // A list that has begun and does not go on is no end.
      if (answer.value === undefined)
        return page === 0 ? ok(undefined) : err(otherAnswer(url, "the next page"));
      const listed = listInAnswer(answer.value, { url, key: "data", mayStandAlone: ["paging"] });
      if (!listed.ok) return listed;
      const items = listed.value;
      for (const item of items) all.push(item);
      const next = asText(asRecord(asRecord(answer.value)?.["paging"])?.["after"]);
      if (next === undefined || next === after || items.length === 0) break;
      after = next;
    }
    return ok(all);
  }

  #ask(path: string, query: Readonly<Record<string, string>>): Promise<Result<unknown, Failure>> {
    const { fetch, base, token } = this.#given;
    return askJson({
      fetch,
      url: `${base}/${path}?${new URLSearchParams(query)}`,
      login: "Set OPENMETADATA_JWT_TOKEN to the token of a bot (Settings, Bots) or a person.",
      ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
      nothing: [400, 404],
    });
  }
}

const notOpenMetadata = (base: string): Failure => ({
  code: "server-unreachable",
  message: `${base.replace(/^(\w+:\/\/)[^/]*@/, "$1")}: no tables are listed there`,
  next: "Give the address of OpenMetadata itself, without a path of one of its pages.",
});
