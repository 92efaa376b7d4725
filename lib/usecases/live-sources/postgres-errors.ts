import type { Failure } from "../failure.ts";

/** What to do about an error, by PostgreSQL's code or the system's. */
const NEXT: Readonly<Record<string, Pick<Failure, "code"> & { readonly next: string }>> = {
  "28P01": {
    code: "refused",
    next: "Set PGPASSWORD to the user's password, or write it into .pgpass.",
  },
  "28000": {
    code: "refused",
    next: "Check the user; a server that asks for TLS wants ?sslmode=require at the end of the address.",
  },
  "3D000": { code: "server-unreachable", next: "Check the database at the end of the address." },
  "42501": {
    code: "refused",
    next: "Grant the user CONNECT on the database and USAGE on its schemas; it needs no right to write.",
  },
  "53300": { code: "server-unreachable", next: "All connections are taken; try again later." },
  "57014": {
    code: "server-unreachable",
    next: "The catalog took longer than a minute to read; try again when the server is less busy.",
  },
  "55P03": {
    code: "server-unreachable",
    next: "Somebody holds a lock on the catalog; try again when the migration is done.",
  },
  "57P03": { code: "server-unreachable", next: "The server is starting; try again in a moment." },
  ECONNREFUSED: {
    code: "server-unreachable",
    next: "Check host and port, and that the server listens there.",
  },
  ENOTFOUND: { code: "server-unreachable", next: "Check how the host is spelled." },
  EAI_AGAIN: { code: "server-unreachable", next: "Check how the host is spelled." },
  ENOENT: { code: "unreadable-file", next: "Check the path of the certificate in the address." },
};

const BY_MESSAGE: readonly (readonly [RegExp, keyof typeof NEXT | undefined, string])[] = [
  [
    /does not support SSL/i,
    undefined,
    "The server has no TLS: write ?sslmode=disable at the end of the address.",
  ],
  [
    /self[- ]signed|unable to (?:get|verify)|certificate|altnames/i,
    undefined,
    "Name the authority with ?sslmode=verify-full&sslrootcert=FILE, or ask for ?sslmode=require, which encrypts and does not verify.",
  ],
  [
    /password must be a string|no password supplied|SASL/i,
    "28P01",
    "Set PGPASSWORD to the user's password, or write it into .pgpass.",
  ],
  [/timeout|terminated/i, undefined, "Check host and port, and whether a firewall lies between."],
];

/** A driver's error as a failure with the next step. Nothing of the address but its host is repeated. */
export function explainPostgres(shown: string, error: unknown): Failure {
  const { code, message } = readError(error);
  const known = NEXT[code];
  const told = BY_MESSAGE.find(([pattern]) => pattern.test(message));
  const kind = known?.code ?? (told?.[1] === undefined ? undefined : NEXT[told[1]]?.code);
  const next = known?.next ?? told?.[2];
  return {
    code: kind ?? "server-unreachable",
    message: `${shown}: ${message}`,
    ...(next === undefined ? {} : { next }),
  };
}

function readError(error: unknown): { readonly code: string; readonly message: string } {
  const inner = error instanceof AggregateError ? error.errors[0] : error;
  const code = (inner as { readonly code?: unknown } | null)?.code;
  const message = inner instanceof Error ? inner.message : String(inner);
  return { code: typeof code === "string" ? code : "", message: message.split("\n")[0] ?? "" };
}
