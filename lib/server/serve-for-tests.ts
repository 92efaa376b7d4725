import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Services } from "#lib/usecases/open-services.ts";
import { openServices } from "#lib/usecases/open-services.ts";
import { answerNodeRequest } from "./answer-node-request.ts";

export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly services: Services;
  readonly stop: () => Promise<void>;
}

/** The API on a random port of the loopback address, as `serve` answers it. */
export async function serveForTests(
  env: Readonly<Record<string, string | undefined>>,
  /** Puts other services in the place of some. */
  change: (services: Services) => Services = (services) => services,
): Promise<TestServer> {
  const opened = openServices(env);
  if (!opened.ok) throw new Error(opened.error.message);
  const services = { ...opened, value: change(opened.value) };
  const server = createServer((request, response) => {
    void answerNodeRequest(request, { response, services: services.value });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    services: services.value,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await services.value.close();
    },
  };
}

export interface StoredServer extends TestServer {
  readonly folder: string;
  readonly post: (path: string, body: unknown) => Promise<Response>;
}

/** The same over an empty store in a folder of its own, which goes with it; no configuration is read. */
export async function serveEmptyStore(): Promise<StoredServer> {
  const folder = await mkdtemp(join(tmpdir(), "faultline-serve-"));
  const server = await serveForTests({
    FAULTLINE_STORE: `file:${folder}/store`,
    FAULTLINE_CONFIG: join(folder, "none.yaml"),
  });
  return {
    ...server,
    folder,
    post: (path, body) =>
      fetch(server.url + path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}
