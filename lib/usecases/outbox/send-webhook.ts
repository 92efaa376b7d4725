import { createHmac } from "node:crypto";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { SendProblem } from "./channel.ts";

const TIMEOUT_MS = 10_000;

export interface Posting {
  readonly id: string;
  readonly secret: string | undefined;
  readonly body: unknown;
}

/**
 * Posts JSON once. `idempotency-key` is the same for each attempt; with a secret, `x-faultline-signature` is
 * `t=<seconds>,v1=<hex HMAC-SHA256 of "<seconds>.<body>">`.
 */
export async function postJson(
  url: string,
  { id, secret, body }: Posting,
): Promise<Result<void, SendProblem>> {
  const text = JSON.stringify(body);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": "faultline",
        "idempotency-key": id,
        ...(secret === undefined ? {} : { "x-faultline-signature": sign(text, secret) }),
      },
      body: text,
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (response.ok) return ok(undefined);
    return err({
      message: `the receiver answered ${response.status}`,
      mayRetry: response.status === 408 || response.status === 429 || response.status >= 500,
    });
  } catch (error) {
    return err({ message: sayError(error), mayRetry: true });
  }
}

function sign(text: string, secret: string): string {
  const seconds = Math.floor(Date.now() / 1000);
  const digest = createHmac("sha256", secret).update(`${seconds}.${text}`).digest("hex");
  return `t=${seconds},v1=${digest}`;
}

/** The cause says more than `fetch failed`. */
function sayError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && cause.message !== "" ? cause.message : error.message;
}
