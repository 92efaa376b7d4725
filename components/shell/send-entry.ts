import { err, ok, type Result } from "#lib/kit/result.ts";

/** Writes something down on the server: its answer, or in words why it is not written down. */
export async function sendEntry<Answer>(
  address: string,
  body: unknown,
): Promise<Result<Answer, string>> {
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (response.ok) return ok((await response.json()) as Answer);
    const problem = (await response.json().catch(() => ({}))) as {
      readonly detail?: string;
      readonly next?: string;
    };
    const said = [problem.detail, problem.next].filter((part) => part !== undefined);
    return err(said.length === 0 ? `The server answered ${response.status}.` : said.join(": "));
  } catch {
    return err("The server does not answer: that was not written down. Try it again.");
  }
}
