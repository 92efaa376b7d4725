import { createServer } from "node:net";

/** A port of the loopback address that nobody listens on. */
export const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

/** Until a tool answers, two minutes at most. */
export async function answers(url) {
  for (let tries = 0; tries < 240; tries += 1) {
    const found = await fetch(url).catch(() => undefined);
    if (found?.ok) return;
    await new Promise((wake) => setTimeout(wake, 500));
  }
  throw new Error(`${url} does not answer`);
}
