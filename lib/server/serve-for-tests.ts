import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
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
