import { resolve } from "node:path";

/** What can be asked over a network for what it knows. */
export const LIVE_KINDS = [
  "postgres",
  "marquez",
  "datahub",
  "openmetadata",
  "superset",
  "metabase",
  "mlflow",
  "schema-registry",
  "kafka-connect",
  "file",
] as const;

export type LiveKind = (typeof LIVE_KINDS)[number];

/** A running system that is read as a source. */
export interface LiveAddress {
  readonly kind: LiveKind;
  /** As the driver or `fetch` takes it, with all that was written. */
  readonly url: string;
  /** What the source is called: without user, password and options, so that it is one whoever reads it. */
  readonly shown: string;
}

const TOOLS = new Set<string>(LIVE_KINDS);

/** `postgres://host/db`, or a tool and where it answers: `marquez+http://host:5000`. A bare `https://…` is one file. Undefined: a path. */
export function parseLiveAddress(text: string): LiveAddress | undefined {
  if (/^postgres(?:ql)?:\/\//i.test(text)) {
    return { kind: "postgres", url: text, shown: withoutSecrets(text.replace(/^\w+/, "postgres")) };
  }
  if (/^https?:\/\/\S+$/i.test(text))
    return { kind: "file", url: text, shown: withoutSecrets(text) };
  const [, tool = "", url = ""] = /^([a-z-]+)\+(https?:\/\/\S+)$/i.exec(text) ?? [];
  const kind = tool.toLowerCase();
  return TOOLS.has(kind) && kind !== "postgres"
    ? { kind: kind as LiveKind, url, shown: withoutSecrets(url) }
    : undefined;
}

/** A path from where it was said; the address of a live source is itself wherever it is said. */
export const placeFrom = (folder: string, path: string): string =>
  parseLiveAddress(path) === undefined ? resolve(folder, path) : path;

const withoutSecrets = (url: string): string =>
  url
    .replace(/^(\w+:\/\/)[^/?#]*@/, "$1")
    .replace(/[?#].*$/s, "")
    .replace(/\/+$/, "");
