import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import type { Services } from "#lib/usecases/open-services.ts";
import { openServices } from "#lib/usecases/open-services.ts";
import { answerRequest } from "./answer-request.ts";

export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly services: Services;
  readonly stop: () => Promise<void>;
}

/** The API on a random port of the loopback address, over plain HTTP of Node: the same code as behind the web framework. */
export async function serveForTests(
  env: Readonly<Record<string, string | undefined>>,
  /** Puts other services in the place of some. */
  change: (services: Services) => Services = (services) => services,
): Promise<TestServer> {
  const opened = openServices(env);
  if (!opened.ok) throw new Error(opened.error.message);
  const services = { ...opened, value: change(opened.value) };
  const server = createServer((request, response) => {
    void answer(request, { response, services: services.value });
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

async function answer(
  incoming: IncomingMessage,
  { response, services }: { readonly response: ServerResponse; readonly services: Services },
): Promise<void> {
  const hasBody = incoming.method !== "GET" && incoming.method !== "HEAD";
  const request = new Request(
    `http://${incoming.headers.host ?? "127.0.0.1"}${incoming.url ?? "/"}`,
    {
      method: incoming.method ?? "GET",
      headers: Object.entries(incoming.headers).flatMap(([name, value]): [string, string][] =>
        value === undefined ? [] : [[name, [value].flat().join(",")]],
      ),
      ...(hasBody ? { body: Readable.toWeb(incoming) as ReadableStream, duplex: "half" } : {}),
    } as RequestInit,
  );
  const answered = await answerRequest(request, services);
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  response.end(Buffer.from(await answered.arrayBuffer()));
}
