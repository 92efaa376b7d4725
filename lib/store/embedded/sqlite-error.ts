import type { StoreError } from "../store-error.ts";

interface Wording {
  readonly code: StoreError["code"];
  readonly what: string;
  readonly next: string;
}

const NO_SPACE: Wording = {
  code: "no-space",
  what: "there is no space left on the disk",
  next: "Free some space and run it again; nothing was half-written.",
};
const READ_ONLY: Wording = {
  code: "refused",
  what: "the store can only be read",
  next: "Give this user the right to write to the folder, or choose another with FAULTLINE_STORE.",
};
const CORRUPT: Wording = {
  code: "corrupt",
  what: "the file is damaged, or is not a store",
  next: "Restore a backup, or move the folder away and ingest again.",
};
const LOCKED: Wording = {
  code: "refused",
  what: "another process is writing to the store and did not finish in time",
  next: "Wait for it to end, then run it again.",
};
const NOT_OPENED: Wording = {
  code: "unreachable",
  what: "the store could not be opened",
  next: "Check that the folder exists and that this user may write to it.",
};

/** By the first part of SQLite's code, and by the system's code where the file system said no. */
const WORDINGS: Readonly<Record<string, Wording>> = {
  SQLITE_FULL: NO_SPACE,
  ENOSPC: NO_SPACE,
  EDQUOT: NO_SPACE,
  SQLITE_READONLY: READ_ONLY,
  SQLITE_PERM: READ_ONLY,
  EACCES: READ_ONLY,
  EPERM: READ_ONLY,
  EROFS: READ_ONLY,
  SQLITE_CORRUPT: CORRUPT,
  SQLITE_NOTADB: CORRUPT,
  SQLITE_BUSY: LOCKED,
  SQLITE_LOCKED: LOCKED,
  SQLITE_CANTOPEN: NOT_OPENED,
  ENOTDIR: { ...NOT_OPENED, what: "a part of the store's path is a file, not a folder" },
  EEXIST: { ...NOT_OPENED, what: "the store's path is a file, not a folder" },
};

/** An exception of libsql or of the file system, as what a person can do about it. `label` names the store. */
export function describeSqliteError(thrown: unknown, label: string): StoreError {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const wording = findWording(codeOf(thrown), message);
  if (wording === undefined) return { code: "failed", message: `${label}: ${message}` };
  return {
    code: wording.code,
    message: `${label}: ${wording.what} (${message}).`,
    next: wording.next,
  };
}

export const isLocked = (thrown: unknown): boolean => /^SQLITE_(BUSY|LOCKED)/.test(codeOf(thrown));

function codeOf(thrown: unknown): string {
  const code = (thrown as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "";
}

function findWording(code: string, message: string): Wording | undefined {
  const exact = WORDINGS[code] ?? WORDINGS[code.split("_").slice(0, 2).join("_")];
  if (exact !== undefined) return exact;
  // libsql gives a failed open no code; SQLite's number for it stands at the end of the message.
  return /Unable to open|ConnectionFailed/.test(message) ? NOT_OPENED : undefined;
}
