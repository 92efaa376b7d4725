import { createServer, type IncomingHttpHeaders } from "node:http";

export interface AskedRequest {
  /** As it was sent, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export interface GivenAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface AnswerServer {
  readonly url: string;
  close(): Promise<void>;
}

/** A tool's HTTP interface for a test, on a free port of this machine. */
export async function serveAnswers(
  answer: (request: AskedRequest) => GivenAnswer,
): Promise<AnswerServer> {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString("utf8");
    const [path = "", query = ""] = (request.url ?? "").split("?");
    const {
      status = 200,
      headers = {},
      body,
    } = answer({
      path,
      query: new URLSearchParams(query),
      headers: request.headers,
      body: text === "" ? undefined : (JSON.parse(text) as unknown),
    });
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(body === undefined ? "" : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
