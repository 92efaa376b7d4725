import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openStore } from "#lib/store/open-store.ts";
import { openWorkspace, type Workspace } from "#lib/usecases/graph/workspace.ts";
import { ingestPaths } from "#lib/usecases/sources/ingest-sources.ts";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { addMcpTools } from "./mcp-tools.ts";

const now = () => new Date("2026-03-03T09:00:00Z");
let folder: string;
let workspace: Workspace;
let client: Client;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "faultline-mcp-"));
  const url = `file:${join(folder, "store")}`;
  const opened = await openStore(url, {});
  if (!opened.ok) throw new Error(opened.error.message);
  writeFileSync(
    join(folder, "shop.sql"),
    "create table orders (id integer, amount integer);\ncreate view v as select amount from orders;\n",
  );
  const parser = await loadSqlParser();
  await ingestPaths({
    paths: [join(folder, "shop.sql")],
    cwd: folder,
    now: now().toISOString(),
    parser,
    store: opened.value,
  });
  await opened.value.close();
  workspace = openWorkspace({ open: () => openStore(url, {}), now });
  const server = new McpServer({ name: "faultline", version: "test" });
  addMcpTools(server, { workspace, cwd: folder, now });
  client = new Client({ name: "test", version: "0" });
  const [near, far] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(far), client.connect(near)]);
});
afterEach(async () => {
  await client.close();
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly isError?: boolean;
  readonly content: readonly { readonly text: string }[];
}

async function ask(name: string, args: Readonly<Record<string, unknown>>) {
  const answer = (await client.callTool({ name, arguments: args })) as unknown as Answer;
  const text = answer.content[0]?.text ?? "";
  return { isError: answer.isError === true, text };
}

it("every tool says that it only reads", async () => {
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(["search", "asset", "impact", "check", "triage"]);
  expect(tools.every(({ annotations }) => annotations?.readOnlyHint === true)).toBe(true);
});

it("an agent finds a column, asks what breaks, and checks a migration", async () => {
  expect((await ask("search", { query: "amount" })).text).toContain("orders");
  expect((await ask("asset", { name: "orders" })).text).toContain("amount");
  const impact = await ask("impact", { changes: [{ ref: "orders.amount", kind: "drop_column" }] });
  expect(JSON.parse(impact.text)).toMatchObject({ verdicts: [{ verdict: "breaks_loudly" }] });
  writeFileSync(join(folder, "001.sql"), "alter table orders drop column amount;\n");
  const check = await ask("check", { base: "store", head: "001.sql" });
  expect(JSON.parse(check.text)).toMatchObject({
    outcome: "would_block",
    changes: [{ kind: "drop_column" }],
  });
});

it("what is not there is an error with what to do", async () => {
  const missing = await ask("check", { base: "nowhere.sql", head: "store" });
  expect(missing.isError).toBe(true);
  expect(missing.text).toContain("not-recognised");
});
