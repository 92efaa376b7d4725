import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "#lib/store/open-store.ts";
import { runIn } from "./run-in.fixture.ts";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "faultline-fill-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function versionOf(url: string): Promise<number> {
  const store = await openStore(url, {});
  if (!store.ok) throw new Error(store.error.message);
  const version = await store.value.version();
  await store.value.close();
  if (!version.ok) throw new Error(version.error.message);
  return version.value.version;
}

async function askFor(url: string): Promise<{ readonly code: number; readonly err: string }> {
  return runIn(folder, ["fill-demo", "--store", url]);
}

describe("the demo company", () => {
  it("is put into an empty store with its earlier states, and never twice", async () => {
    const url = `file:${join(folder, "once")}`;
    const first = await askFor(url);
    expect(first).toMatchObject({ code: 0 });
    expect(first.err).toContain("Filling the store");
    const version = await versionOf(url);
    expect(version).toBeGreaterThan(1);
    expect(await askFor(url)).toMatchObject({ code: 0, err: "" });
    expect(await versionOf(url)).toBe(version);
  }, 120_000);

  it("is filled by a process of its own, to the end, also where the server is interrupted meanwhile", async () => {
    const url = `file:${join(folder, "served")}`;
    expect(await fillAside(url, { interruptAt: "Filling the store" })).toContain(
      '{"ok":true} version ',
    );
    expect(await versionOf(url)).toBe(await versionOf(`file:${join(folder, "once")}`));
  }, 120_000);

  it("that cannot be filled in fails the start, with the reason on stderr", async () => {
    const url = `file:${join(folder, "refused")}`;
    const said = await fillAside(url, { program: ["--import", "tsx", "lib/cli/nowhere.ts"] });
    expect(said).toContain("could not be filled with the demo company");
    expect(said).toContain("nowhere.ts");
    expect(await versionOf(url)).toBe(0);
  }, 120_000);
});

const PROGRAM = ["--import", "tsx", "lib/cli/main.ts"];

/** What a process says that has a store filled beside it; it is interrupted as a terminal does it, with its whole group. */
function fillAside(
  url: string,
  {
    interruptAt,
    program = PROGRAM,
  }: { readonly interruptAt?: string; readonly program?: readonly string[] },
): Promise<string> {
  const script = `
    process.on("SIGINT", () => {});
    const { sharedServices } = await import("./lib/usecases/open-services.ts");
    const { fillDemoAside } = await import("./lib/cli/fill-demo-aside.ts");
    const services = sharedServices().value;
    const filled = await fillDemoAside({
      services,
      storeUrl: process.env.FAULTLINE_STORE,
      program: ${JSON.stringify(program)},
    });
    const view = await services.workspace.view();
    console.log(JSON.stringify(filled), "version", view.value.graph.version);
    await services.close();`;
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "--eval", script],
      {
        env: { ...process.env, FAULTLINE_STORE: url },
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
      },
    );
    let said = "";
    let isInterrupted = interruptAt === undefined;
    const hear = (text: Buffer): void => {
      said += text.toString("utf8");
      if (isInterrupted || !said.includes(interruptAt ?? "") || child.pid === undefined) return;
      isInterrupted = true;
      process.kill(-child.pid, "SIGINT");
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("error", reject);
    child.once("close", () => resolve(said));
  });
}
