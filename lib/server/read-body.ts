import { promisify } from "node:util";
import { gunzip, inflate } from "node:zlib";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import type { ApiRequest } from "./api-request.ts";

const gunzipAsync = promisify(gunzip);
const inflateAsync = promisify(inflate);

export interface BodyLimits {
  /** As it comes over the wire. */
  readonly maxBytes: number;
  /** After decompression. */
  readonly maxTextBytes: number;
}

/** A single event is a few hundred kilobytes at most in practice. */
export const EVENT_LIMITS: BodyLimits = { maxBytes: 16e6, maxTextBytes: 64e6 };
export const UPLOAD_LIMITS: BodyLimits = { maxBytes: 256e6, maxTextBytes: 512e6 };

/** The body as JSON: any length header or none, gzip or deflate, any charset that the platform decodes. */
export async function readJsonBody(
  request: ApiRequest,
  limits: BodyLimits,
): Promise<Result<unknown, Failure>> {
  const type = request.headers.get("content-type") ?? "application/json";
  if (!/^\s*(application\/(.+\+)?json|text\/plain|application\/octet-stream)\s*(;|$)/i.test(type)) {
    return err({
      code: "unsupported-media-type",
      message: `the body has the type ${type}`,
      next: "send it as application/json",
    });
  }
  const text = await readTextBody(request, { limits, charset: charsetOf(type) });
  if (!text.ok) return text;
  try {
    return ok(JSON.parse(text.value));
  } catch (error) {
    return err({ code: "bad-json", message: `the body is not valid JSON: ${messageOf(error)}` });
  }
}

const charsetOf = (type: string): string =>
  /charset\s*=\s*"?([^\s;"]+)/i.exec(type)?.[1]?.toLowerCase() ?? "utf-8";

async function readTextBody(
  request: ApiRequest,
  { limits, charset }: { readonly limits: BodyLimits; readonly charset: string },
): Promise<Result<string, Failure>> {
  const raw = await readBytes(request, limits.maxBytes);
  if (!raw.ok) return raw;
  const plain = await decompress(raw.value, {
    encoding: (request.headers.get("content-encoding") ?? "identity").trim().toLowerCase(),
    maxOutputLength: limits.maxTextBytes,
  });
  if (!plain.ok) return plain;
  try {
    return ok(new TextDecoder(charset, { fatal: true }).decode(plain.value));
  } catch (error) {
    if (error instanceof RangeError) {
      return err({
        code: "unsupported-media-type",
        message: `the charset ${charset} is not known`,
      });
    }
    return err({ code: "bad-encoding", message: `the body is not valid ${charset}` });
  }
}

async function readBytes(request: ApiRequest, maxBytes: number): Promise<Result<Buffer, Failure>> {
  const tooLarge = err({
    code: "too-large" as const,
    message: `the body is over ${Math.floor(maxBytes / 1e6)} MB`,
    next: "send it in parts",
  });
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) return tooLarge;
  if (!request.body) return ok(Buffer.alloc(0));
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done || !value) return ok(Buffer.concat(chunks));
    size += value.byteLength;
    if (size > maxBytes) {
      reader.releaseLock();
      return tooLarge;
    }
    chunks.push(value);
  }
}

async function decompress(
  bytes: Buffer,
  { encoding, maxOutputLength }: { readonly encoding: string; readonly maxOutputLength: number },
): Promise<Result<Buffer, Failure>> {
  if (encoding === "" || encoding === "identity") return ok(bytes);
  if (encoding !== "gzip" && encoding !== "x-gzip" && encoding !== "deflate") {
    return err({
      code: "unsupported-media-type",
      message: `the encoding ${encoding} is not read here`,
      next: "use gzip, deflate or none",
    });
  }
  try {
    const unpack = encoding === "deflate" ? inflateAsync : gunzipAsync;
    return ok(await unpack(bytes, { maxOutputLength }));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ERR_BUFFER_TOO_LARGE") {
      return err({
        code: "too-large",
        message: `the body is over ${Math.floor(maxOutputLength / 1e6)} MB when unpacked`,
      });
    }
    return err({
      code: "bad-encoding",
      message: `the body is not valid ${encoding}: ${messageOf(error)}`,
    });
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
