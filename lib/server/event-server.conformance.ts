import { serveForTests } from "./serve-for-tests.ts";

/* A server in a process of its own, to be killed in the middle of its work. Its store is told by the environment. */
const server = await serveForTests(process.env);
process.stdout.write(`${server.url}\n`);
