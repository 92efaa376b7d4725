import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import type { StoreEnvironment } from "../store-environment.ts";

/** A real Neo4j for tests. `stop` ends it if it was started here. */
export interface TestNeo4j {
  readonly uri: string;
  /** What to log in with, as the store reads it from its environment. */
  readonly login: StoreEnvironment;
  /** The server's process, where it is one of this machine. */
  readonly pid?: number | undefined;
  stop(): Promise<void>;
}

export interface ServerUse {
  /** Much and for long: with memory for large transactions, and as fast as Java can get; else it is ready sooner. */
  readonly isLongRunning?: boolean;
}

const LOGIN = { NEO4J_USERNAME: "neo4j", NEO4J_PASSWORD: "only-for-tests" };

const VERSION = "5.26.30";
const IMAGE = "neo4j:5.26-community";
const FOLDER = join(import.meta.dirname, "../../../scripts/neo4j");
const JARS = join(homedir(), ".cache/faultline/neo4j", VERSION);
const START_MS = 90_000;
/** Neo4j reaches into these packages of the JDK. */
const OPENED = ["java.nio", "java.io", "sun.nio.ch", "java.util.concurrent"];

const run = promisify(execFile);

/**
 * Gives the server of `NEO4J_TEST_URI`, with `NEO4J_USERNAME` and `NEO4J_PASSWORD`; else starts one in Docker, if a daemon
 * answers; else one from Maven's jars on Java 17 or newer, on a free port of 127.0.0.1. Those that are started ask for a
 * password. Throws, with all three reasons, when none can be had.
 */
export async function startNeo4j(use: ServerUse = {}): Promise<TestNeo4j> {
  const given = process.env["NEO4J_TEST_URI"];
  if (given !== undefined && given !== "") {
    const { NEO4J_USERNAME, NEO4J_PASSWORD } = process.env;
    return { uri: given, login: { NEO4J_USERNAME, NEO4J_PASSWORD }, stop: async () => undefined };
  }
  const reasons = ["NEO4J_TEST_URI is not set"];
  for (const [name, start] of [
    ["Docker", startInDocker],
    ["Java", startFromJars],
  ] as const) {
    try {
      return await start(use);
    } catch (thrown) {
      reasons.push(
        `${name}: ${thrown instanceof Error ? thrown.message.trim().split("\n").at(-1) : thrown}`,
      );
    }
  }
  throw new Error(`No Neo4j for the tests. ${reasons.join("; ")}.`);
}

async function startInDocker(): Promise<TestNeo4j> {
  await run("docker", ["info"], { timeout: 5_000 });
  const auth = `NEO4J_AUTH=${LOGIN.NEO4J_USERNAME}/${LOGIN.NEO4J_PASSWORD}`;
  const options = ["run", "-d", "--rm", "-p", "127.0.0.1::7687", "-e", auth, IMAGE];
  const { stdout } = await run("docker", options, { timeout: 300_000 });
  const container = stdout.trim();
  const stop = async (): Promise<void> => {
    await run("docker", ["stop", "-t", "2", container]);
  };
  try {
    const { stdout: ports } = await run("docker", ["port", container, "7687/tcp"]);
    const uri = `bolt://${ports.trim().split("\n")[0]}`;
    await waitForBolt(uri);
    return { uri, login: LOGIN, stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

async function waitForBolt(uri: string): Promise<void> {
  const { default: neo4j } = await import("neo4j-driver");
  const auth = neo4j.auth.basic(LOGIN.NEO4J_USERNAME, LOGIN.NEO4J_PASSWORD);
  const driver = neo4j.driver(uri, auth, { connectionTimeout: 2_000 });
  const deadline = Date.now() + START_MS;
  try {
    for (;;) {
      try {
        await driver.verifyConnectivity();
        return;
      } catch (thrown) {
        if (Date.now() > deadline) throw thrown;
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    }
  } finally {
    await driver.close();
  }
}

async function startFromJars(use: ServerUse): Promise<TestNeo4j> {
  await requireJava();
  await fetchJars();
  const data = await mkdtemp(join(tmpdir(), "faultline-neo4j-"));
  const clear = () => rm(data, { recursive: true, force: true });
  const port = await findFreePort();
  const server = spawnServer({ data, port, ...use });
  const stop = () => endProcess(server).then(clear);
  try {
    await waitForReady(server);
    const uri = `bolt://127.0.0.1:${port}`;
    await setPassword(uri);
    return { uri, login: LOGIN, pid: server.pid, stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

function spawnServer({
  data,
  port,
  isLongRunning = false,
}: ServerUse & { data: string; port: number }): ChildProcess {
  const options = [
    "-XX:+UseSerialGC",
    // All of the heap from the start, and room for its classes: growing either costs whole collections.
    ...(isLongRunning
      ? ["-Xms4g", "-Xmx4g", "-Xmn2500m"]
      : ["-Xms2g", "-Xmx2g", "-Xmn1g", "-XX:TieredStopAtLevel=1"]),
    "-XX:MetaspaceSize=256m",
    ...OPENED.map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
  ];
  const program = [join(FOLDER, "Neo4jServer.java"), data, String(port)];
  // In its own folder, where it may leave what it likes if it crashes.
  return spawn("java", [...options, "-cp", join(JARS, "*"), ...program], {
    stdio: ["pipe", "pipe", "pipe"],
    cwd: data,
  });
}

/** A new server has a password that must be changed before anything else. */
async function setPassword(uri: string): Promise<void> {
  const { default: neo4j } = await import("neo4j-driver");
  const driver = neo4j.driver(uri, neo4j.auth.basic("neo4j", "neo4j"));
  const session = driver.session({ database: "system" });
  try {
    await session.run("ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $password", {
      password: LOGIN.NEO4J_PASSWORD,
    });
  } finally {
    await session.close();
    await driver.close();
  }
}

async function requireJava(): Promise<void> {
  const { stderr, stdout } = await run("java", ["-version"], { timeout: 30_000 });
  const major = Number(/version "(\d+)/.exec(stderr + stdout)?.[1] ?? 0);
  if (major < 17) throw new Error(`Java ${major} is too old, 17 is needed`);
}

/** Once for all: a half-fetched folder never gets the name that is looked for. */
async function fetchJars(): Promise<void> {
  if (existsSync(JARS)) return;
  const fresh = `${JARS}.${process.pid}`;
  await mkdir(fresh, { recursive: true });
  const pom = join(FOLDER, "pom.xml");
  const goal = [
    "dependency:copy-dependencies",
    `-DoutputDirectory=${fresh}`,
    `-Dneo4j.version=${VERSION}`,
  ];
  await run("mvn", ["-B", "-q", "-f", pom, ...goal], { timeout: 600_000, maxBuffer: 1 << 26 });
  await rename(fresh, JARS).catch(async (thrown: unknown) => {
    await rm(fresh, { recursive: true, force: true });
    if (!existsSync(JARS)) throw thrown;
  });
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        resolve(typeof address === "object" && address !== null ? address.port : 0),
      );
    });
  });
}

function waitForReady(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    const timer = setTimeout(
      () => reject(new Error(`not ready in ${START_MS} ms: ${said}`)),
      START_MS,
    );
    server.stderr?.on("data", (data) => {
      said = `${said}${data}`.slice(-2_000);
    });
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`ended with ${code}: ${said}`)));
    if (server.stdout === null) return;
    createInterface(server.stdout).on("line", (line) => {
      if (line !== "ready") return;
      clearTimeout(timer);
      resolve();
    });
  });
}

/** It ends when its input does; if not, by its own process id. */
function endProcess(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.kill("SIGKILL"), 10_000);
    server.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
    server.stdin?.end();
  });
}
