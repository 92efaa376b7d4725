import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "../checkout.mjs";
import { cache, runClient } from "./python.mjs";
import { answers, freePort } from "./tool-server.mjs";

const VERSION = "2.6.13.Final";
const NAME = `apicurio-registry-app-${VERSION}`;
const ARCHIVE = `https://repo1.maven.org/maven2/io/apicurio/apicurio-registry-app/${VERSION}/${NAME}-all.tar.gz`;
const home = join(cache, "apicurio-2.6.13");
const jar = join(home, `${NAME}-runner.jar`);

/** A registry of schemas with Confluent's interface; the last one that runs on Java 17. It keeps all in memory. */
export async function install() {
  if (spawnSync("java", ["-version"]).status !== 0) return "java is needed (17)";
  if (existsSync(jar)) return undefined;
  mkdirSync(home, { recursive: true });
  const problem = await runClient("sh", ["-c", `curl -sSfL '${ARCHIVE}' | tar xz`], {
    env: {},
    folder: home,
  });
  if (problem === undefined && existsSync(jar)) return undefined;
  rmSync(home, { recursive: true, force: true });
  return problem ?? "its archive holds no program";
}

const order = (...fields) => JSON.stringify({ type: "record", name: "Order", fields });
const id = { name: "id", type: "long" };

/** Each a version of a subject, in the order in which teams register them. */
const VERSIONS = [
  ["orders-value", { schema: order(id, { name: "amount", type: "double" }) }],
  ["orders-value", { schema: order(id, { name: "total", type: "double", aliases: ["amount"] }) }],
  [
    "payments-value",
    {
      schemaType: "PROTOBUF",
      schema: 'syntax = "proto3"; message Payment { int64 id = 1; string iban = 2; }',
    },
  ],
  [
    "clicks-value",
    {
      schemaType: "JSON",
      schema: JSON.stringify({
        $schema: "http://json-schema.org/draft-07/schema#",
        type: "object",
        required: ["sku"],
        properties: { sku: { type: "string" }, at: { type: "string", format: "date-time" } },
      }),
    },
  ],
];

export async function send({ folder }) {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}/apis/ccompat/v7`;
  const options = ["-Xmx400m", "-Dquarkus.http.host=127.0.0.1", `-Dquarkus.http.port=${port}`];
  const registry = spawn("java", [...options, "-jar", jar], { cwd: home, stdio: "ignore" });
  try {
    await answers(`${address}/subjects`);
    const empty = await ingest(address, folder);
    if (empty !== undefined) return `a registry without subjects: ${empty}`;
    for (const [subject, version] of VERSIONS) {
      const answer = await fetch(`${address}/subjects/${subject}/versions`, {
        method: "POST",
        headers: { "content-type": "application/vnd.schemaregistry.v1+json" },
        body: JSON.stringify(version),
      });
      if (!answer.ok) return `${subject}: ${answer.status} ${await answer.text()}`;
    }
    return await ingest(address, folder);
  } finally {
    registry.kill("SIGKILL");
  }
}

const ingest = (address, folder) =>
  runClient(
    process.execPath,
    [
      join(root, "node_modules", ".cache", "acceptance", "faultline.mjs"),
      ...["ingest", `schema-registry+${address}`, "--store", `file:${folder}/store`],
    ],
    { env: {}, folder },
  );

export async function look({ graph }) {
  const { assets } = await graph();
  const columns = (topic) =>
    assets.find((asset) => asset.id === topic)?.columns?.map(({ name }) => name) ?? [];
  const total = assets
    .find((asset) => asset.id === "orders")
    ?.columns?.find(({ name }) => name === "total");
  return {
    "Avro, in its newest version": `${columns("orders")}` === "id,total",
    "an alias as the column's former name": `${total?.formerNames}` === "amount",
    Protobuf: `${columns("payments")}` === "id,iban",
    "JSON Schema": `${columns("clicks")}` === "sku,at",
  };
}
