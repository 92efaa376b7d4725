import { z } from "zod";
import type { ChangeInput } from "#lib/impact/change.ts";
import { CHANGE_KINDS } from "#lib/impact/change.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "../failure.ts";
import { findSimilarNames } from "./find-similar-names.ts";

const assetRef = z.union([
  z.string().min(1),
  z.object({ namespace: z.string(), name: z.string().min(1) }),
]);

/**
 * A change as it stands in a file or a request. `kind` is any text here: an unknown one is an error of that change alone.
 * `ref` is what people type, an asset or a column: `orders.amount`.
 */
export const changeInputSchema = z
  .looseObject({
    kind: z.string().min(1).optional(),
    asset: assetRef.optional(),
    ref: z.string().min(1).optional(),
    column: z.string().nullish(),
    fromType: z.string().optional(),
    toType: z.string().optional(),
    nullShare: z.number().min(0).max(1).optional(),
    share: z.number().min(0).max(1).optional(),
    to: z.string().optional(),
    value: z.string().optional(),
    type: z.string().optional(),
    columns: z.array(z.string()).optional(),
    orderPreserving: z.boolean().optional(),
    injective: z.boolean().optional(),
    effects: z.array(z.union([z.string(), z.tuple([z.string(), z.string()])])).optional(),
    certainty: z.enum(["certain", "likely", "possible"]).optional(),
  })
  .refine((change) => change.asset !== undefined || change.ref !== undefined, {
    message: "names no asset",
    path: ["asset"],
  })
  .refine((change) => change.kind !== undefined || change.ref !== undefined, {
    message: "has no kind",
    path: ["kind"],
  });

/** The other keys of a change; `Omit` would lose them beside the index signature. */
type ChangeDetails = {
  readonly [K in keyof ChangeInput as K extends "asset" | "kind" ? never : K]: ChangeInput[K];
};

/** A change whose reference may still have to be split. Without a kind, what `ref` names is taken as removed. */
export type RequestedChange = ChangeDetails & {
  readonly asset?: ChangeInput["asset"];
  readonly kind?: ChangeInput["kind"];
  readonly ref?: string;
};

/** An entry of a list of changes that is none: an error of that entry alone. A class, so that no JSON passes for one. */
export class MalformedChange {
  /** The entry as it stands in the file or the request. */
  readonly written: unknown;
  /** Where it stands and what is wrong with it. */
  readonly message: string;

  constructor({ written, message }: { readonly written: unknown; readonly message: string }) {
    this.written = written;
    this.message = message;
  }
}

export type AskedChange = RequestedChange | MalformedChange;

export const isWellFormed = (change: AskedChange): change is RequestedChange =>
  !(change instanceof MalformedChange);

const changesFileSchema = z.looseObject({ changes: z.array(z.unknown()) });

/** Reads the text of a changes file: `{"changes": [...]}`, or the list alone. */
export function readChangesText(
  text: string,
  file: string,
): Result<readonly AskedChange[], Failure> {
  try {
    return readChanges(JSON.parse(text), file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return err({ code: "bad-json", message: `${file} is not valid JSON: ${reason}` });
  }
}

/** Fails only where there is no list or nothing in it; an entry that is no change stands malformed in its place. */
export function readChanges(
  value: unknown,
  where: string,
): Result<readonly AskedChange[], Failure> {
  const listed = Array.isArray(value) ? { changes: value } : value;
  const file = changesFileSchema.safeParse(listed);
  if (!file.success) {
    return err({
      code: "wrong-shape",
      message: `${where} holds no list "changes"`,
      next: 'write {"changes": [{"kind": "drop_column", "asset": "orders", "column": "amount"}]}',
    });
  }
  const changes = file.data.changes.map((entry, position) =>
    readChange(entry, `${where}: changes[${position}]`),
  );
  if (changes.length === 0) {
    return err({ code: "wrong-shape", message: `${where} holds no change` });
  }
  return ok(changes);
}

function readChange(written: unknown, place: string): AskedChange {
  const change = changeInputSchema.safeParse(written);
  if (change.success) return change.data as RequestedChange;
  const [issue] = change.error.issues;
  const at = [place, ...(issue?.path ?? []).map(String)].join(".");
  return new MalformedChange({
    written,
    message: `${at}: ${issue?.message ?? "has a wrong shape"}`,
  });
}

/** Says whether every kind is known, with what may have been meant. For what is typed; files answer change by change. */
export function checkKind(kind: string): Result<ChangeInput["kind"], Failure> {
  const known = CHANGE_KINDS.find((name) => name === kind);
  if (known) return ok(known);
  return err({
    code: "unknown-kind",
    message: `"${kind}" is not a kind of change`,
    candidates: kind.length > 0 ? findSimilarNames(kind, CHANGE_KINDS) : [],
    next: `kinds are: ${CHANGE_KINDS.join(", ")}`,
  });
}
