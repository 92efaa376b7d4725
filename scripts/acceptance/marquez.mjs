import { spawn, spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { Agent, request } from "node:http";
import { delimiter, join } from "node:path";
import { root } from "../checkout.mjs";
import { postgresPrograms, startPostgres } from "./postgres.mjs";
import { cache, runClient } from "./python.mjs";
import { answers, freePort } from "./tool-server.mjs";

const VERSION = "0.51.1";
const SOURCE = "https://github.com/MarquezProject/marquez";
const home = join(cache, `marquez-${VERSION}`, "src");
const classes = join(home, "target", "classes");

/** Built from its source with Maven, since no package of it runs. */
export async function install() {
  for (const [command, flag] of [
    ["java", "-version"],
    ["mvn", "-version"],
  ])
    if (spawnSync(command, [flag]).status !== 0) return `${command} is needed (Java 17 and Maven)`;
  if (postgresPrograms() === undefined) return "PostgreSQL is needed";
  if (existsSync(join(classes, "marquez", "MarquezApp.class"))) return undefined;
  if (!existsSync(join(home, "api"))) {
    mkdirSync(join(home, ".."), { recursive: true });
    const clone = ["clone", "--quiet", "--depth", "1", "--branch", VERSION, SOURCE, home];
    if (spawnSync("git", clone).status !== 0)
      return `its source could not be fetched: put ${SOURCE} at ${VERSION} into ${home}`;
  }
  copyFileSync(join(root, "scripts/acceptance/marquez/pom.xml"), join(home, "pom.xml"));
  const build = ["-q", "-B", "package", "dependency:copy-dependencies"];
  return await runClient(
    "mvn",
    [...build, "-DskipTests", "-DincludeScope=runtime", "-DoutputDirectory=lib"],
    { env: { MAVEN_OPTS: "-Xmx800m" }, folder: home },
  );
}

const found = { rates: [], edges: [], names: new Map(), live: undefined };

export async function send({ url, folder }) {
  const database = await startPostgres(folder);
  const marquez = await startMarquez(folder, database.port);
  try {
    const events = readEvents();
    // What each has to load and to compile first is no part of its rate.
    await post(marquez.address, events, CLIENTS.theirs);
    await post(url, events, CLIENTS.ours);
    found.rates = [
      await post(marquez.address, runsOf(events, ROUNDS.theirs), CLIENTS.theirs),
      await post(url, runsOf(events, ROUNDS.ours), CLIENTS.ours),
    ];
    found.edges = database.rows(EDGES);
    for (const [id, ...name] of database.rows(NAMES)) {
      const known = found.names.get(id) ?? [];
      found.names.set(id, [...known, name]);
    }
    return await readLive(marquez.address, folder);
  } finally {
    marquez.stop();
    database.stop();
  }
}

/** Of the demo, and of real clients where the shared data lies beside the checkout. */
function readEvents() {
  const shared = join(root, "..", "shared", "data", "sources", "openlineage");
  const files = [
    ...["search", "inventory"].map((domain) =>
      join(root, "graph-seed", "company", "sources", domain, "events.ndjson"),
    ),
    ...["dbt_ol.ndjson", "py_client.ndjson"].map((name) => join(shared, name)),
  ].filter((file) => existsSync(file));
  return files.flatMap((file) =>
    readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line.trim() !== ""),
  );
}

/** More of them only wait longer for Marquez's database; a group commit takes many at once. */
const CLIENTS = { theirs: 4, ours: 32 };

/** Clients beside each other, each of which waits for its answer before it sends the next. Events a second. */
async function post(address, events, clients) {
  const left = [...events].reverse();
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const before = performance.now();
  const send = async () => {
    for (let body = left.pop(); body !== undefined; body = left.pop()) {
      const { status, text } = await postOne({ address, body, agent });
      if (status >= 300) throw new Error(`${address} answers ${status}: ${text}`);
    }
  };
  await Promise.all(Array.from({ length: clients }, send));
  const rate = (events.length / (performance.now() - before)) * 1000;
  agent.destroy();
  return rate;
}

/** The same statements again, each time as runs of their own, so that a rate is one of many seconds for both. */
const ROUNDS = { theirs: 8, ours: 100 };
const runsOf = (events, rounds) =>
  Array.from({ length: rounds }, (_, round) =>
    events.map((text) => {
      const event = JSON.parse(text);
      if (event.run === undefined) return text;
      const runId = `${(round + 1).toString(16).padStart(8, "0")}${event.run.runId.slice(8)}`;
      return JSON.stringify({ ...event, run: { ...event.run, runId } });
    }),
  ).flat();

/** Marquez closes a connection now and then; clients ask again. */
async function postOne({ address, body, agent }) {
  for (let tries = 1; ; tries += 1) {
    const answer = await exchange({ address, body, agent }).catch(() => undefined);
    if (answer !== undefined && answer.status < 500) return answer;
    if (tries === 5) return answer ?? { status: 503, text: "it closes the connection" };
  }
}

/** With `node:http`: `fetch` spends more of the two cores on an event than the server that takes it. */
const exchange = ({ address, body, agent }) =>
  new Promise((resolve, reject) => {
    const headers = {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    };
    const sent = request(
      `${address}/api/v1/lineage`,
      { method: "POST", agent, headers },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (part) => {
          text += part;
        });
        answer.on("error", reject);
        answer.on("end", () => resolve({ status: answer.statusCode, text }));
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });

const EDGES = `select distinct i.dataset_uuid, i.name, o.dataset_uuid, o.name from column_lineage c
  join dataset_fields i on i.uuid = c.input_dataset_field_uuid
  join dataset_fields o on o.uuid = c.output_dataset_field_uuid
  where i.dataset_uuid <> o.dataset_uuid`;
const NAMES = "select distinct uuid, namespace_name, name from datasets_view";

async function startMarquez(folder, database) {
  const [port, admin] = [await freePort(), await freePort()];
  const connector = (number) => [{ type: "http", port: number, bindHost: "127.0.0.1" }];
  writeFileSync(
    join(folder, "marquez.json"),
    JSON.stringify({
      server: { applicationConnectors: connector(port), adminConnectors: connector(admin) },
      db: {
        driverClass: "org.postgresql.Driver",
        url: `jdbc:postgresql://127.0.0.1:${database}/postgres`,
        user: "tester",
        password: "",
      },
      migrateOnStartup: true,
      graphql: { enabled: false },
      search: { enabled: false },
      logging: { level: "ERROR", appenders: [{ type: "console" }] },
    }),
  );
  const jars = readdirSync(join(home, "lib")).map((name) => join(home, "lib", name));
  const path = [classes, ...jars].join(delimiter);
  const args = ["-Xmx500m", "-cp", path, "marquez.MarquezApp", "server", "marquez.json"];
  const child = spawn("java", args, { cwd: folder, stdio: "ignore" });
  const address = `http://127.0.0.1:${port}`;
  await answers(`${address}/api/v1/namespaces`);
  return { address, stop: () => child.kill("SIGKILL") };
}

/** What the live reader makes of it, in a store of its own. */
async function readLive(address, folder) {
  const bundle = join(root, "node_modules", ".cache", "acceptance", "faultline.mjs");
  const store = ["--store", `file:${folder}/live`];
  const read = [bundle, "ingest", `marquez+${address}`, ...store];
  const problem = await runClient(process.execPath, read, { env: {}, folder });
  if (problem !== undefined) return problem;
  const args = [bundle, "export", "--kind", "graph", ...store];
  const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 64_000_000 });
  found.live = JSON.parse(stdout);
  return undefined;
}

/** Edges that Marquez stores and the graph has not, under whichever of the names that Marquez knows. */
function missingIn({ edges }) {
  const known = new Set(edges.map(({ from, to }) => `${from} ${to}`));
  const namesOf = (id) => (found.names.get(id) ?? []).map(([, name]) => name);
  return found.edges.filter(
    ([from, column, to, output]) =>
      !namesOf(from).some((a) =>
        namesOf(to).some((b) => known.has(`${a}.${column} ${b}.${output}`)),
      ),
  );
}

export async function look({ graph }) {
  const [theirs, ours] = found.rates;
  const sent = missingIn(await graph());
  const read = missingIn(found.live);
  for (const edge of [...sent, ...read]) process.stdout.write(`  lost: ${edge.join(" ")}\n`);
  return {
    [`all ${found.edges.length} column edges that Marquez stores, from the same events`]:
      found.edges.length > 0 && sent.length === 0,
    "the same by reading Marquez": read.length === 0,
    [`${ours.toFixed(0)} events a second, ${(ours / theirs).toFixed(0)} times Marquez's ${theirs.toFixed(1)}`]:
      ours >= 50 * theirs,
  };
}
