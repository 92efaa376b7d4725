import { CHANGE_KINDS, type ChangeInput, type ChangeKind } from "#lib/impact/change.ts";
import { CHANGE_WORDS } from "./change-kinds.ts";

/*
 * A change as a line that people can read and write in an address:
 *
 *   drop_column:checkout.orders.amount
 *   type_changed:orders.code;fromType=INTEGER;toType=VARCHAR(24)
 *   row_count_drop:kafka://events|search.clicks;share=0.15
 *
 * The column is what follows the last dot. `~` escapes the characters that separate parts where a name has them (as two
 * or more hexadecimal digits between tildes: `~2e~`), so any name survives. Details that are not known here travel as JSON after `*`.
 */

const KINDS = new Set<string>(CHANGE_KINDS);
const TEXT_KEYS: ReadonlySet<string> = new Set([
  "fromType",
  "toType",
  "to",
  "value",
  "type",
  "certainty",
]);
const NUMBER_KEYS: ReadonlySet<string> = new Set(["nullShare", "share"]);
const FLAG_KEYS: ReadonlySet<string> = new Set(["orderPreserving", "injective"]);

const escapeIn = (text: string, special: RegExp): string =>
  text.replace(special, (letter) => `~${letter.charCodeAt(0).toString(16)}~`);

const unescapeText = (text: string): string =>
  text.replace(/~([0-9a-f]{2,4})~/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );

const escapeName = (text: string): string => escapeIn(text, /[~;|]/g);
const escapeDotted = (text: string): string => escapeIn(text, /[~;|.]/g);

const isColumnKind = (kind: ChangeKind): boolean => CHANGE_WORDS[kind].target !== "table";

function formatTarget(change: ChangeInput): string {
  const column = change.column ?? undefined;
  const splits = isColumnKind(change.kind);
  const asset = typeof change.asset === "string" ? { name: change.asset } : change.asset;
  const name = splits && column === undefined ? escapeDotted(asset.name) : escapeName(asset.name);
  const prefix = "namespace" in asset ? `${escapeName(asset.namespace)}|` : "";
  return splits && column !== undefined
    ? `${prefix}${name}.${escapeDotted(column)}`
    : `${prefix}${name}`;
}

function formatDetail(key: string, value: unknown): string {
  const name = escapeIn(key, /[~;=*]/g);
  if (TEXT_KEYS.has(key) && typeof value === "string") return `${name}=${escapeName(value)}`;
  if (NUMBER_KEYS.has(key) && typeof value === "number") return `${name}=${value}`;
  if (FLAG_KEYS.has(key) && typeof value === "boolean") return `${name}=${value}`;
  return `*${name}=${escapeName(JSON.stringify(value))}`;
}

/** The line for a change. `parseChangeText` gives the same change back. */
export function formatChangeText(change: ChangeInput): string {
  const { kind, asset: _asset, column, ...details } = change;
  const parts = [`${kind}:${formatTarget(change)}`];
  if (!isColumnKind(kind) && typeof column === "string") parts.push(`column=${escapeName(column)}`);
  for (const [key, value] of Object.entries(details)) {
    if (value !== undefined) parts.push(formatDetail(key, value));
  }
  return parts.join(";");
}

function readDetail(part: string): readonly [string, unknown] | undefined {
  const cut = part.indexOf("=");
  if (cut < 0) return undefined;
  const raw = unescapeText(part.slice(cut + 1));
  if (part.startsWith("*")) {
    const key = unescapeText(part.slice(1, cut));
    try {
      return [key, JSON.parse(raw)];
    } catch {
      return undefined;
    }
  }
  const key = unescapeText(part.slice(0, cut));
  if (NUMBER_KEYS.has(key))
    return raw !== "" && Number.isFinite(Number(raw)) ? [key, Number(raw)] : undefined;
  if (FLAG_KEYS.has(key))
    return raw === "true" || raw === "false" ? [key, raw === "true"] : undefined;
  return [key, raw];
}

function readTarget(kind: ChangeKind, text: string): Pick<ChangeInput, "asset" | "column"> {
  const bar = text.indexOf("|");
  const path = text.slice(bar + 1);
  const dot = isColumnKind(kind) ? path.lastIndexOf(".") : -1;
  const name = unescapeText(dot < 0 ? path : path.slice(0, dot));
  const asset = bar < 0 ? name : { namespace: unescapeText(text.slice(0, bar)), name };
  return dot < 0 ? { asset } : { asset, column: unescapeText(path.slice(dot + 1)) };
}

/** Reads such a line, or gives undefined where it is none. */
export function parseChangeText(line: string): ChangeInput | undefined {
  const colon = line.indexOf(":");
  const kind = line.slice(0, Math.max(0, colon));
  if (!KINDS.has(kind)) return undefined;
  const [target, ...rest] = line.slice(colon + 1).split(";");
  if (target === undefined || target === "") return undefined;
  const details = rest.map(readDetail);
  if (details.includes(undefined)) return undefined;
  const known = kind as ChangeKind;
  return {
    ...Object.fromEntries(details.filter((detail) => detail !== undefined)),
    kind: known,
    ...readTarget(known, target),
    ...columnDetail(details),
  };
}

/** A column of a change that is about a table comes as a detail. */
function columnDetail(details: readonly (readonly [string, unknown] | undefined)[]): {
  readonly column?: string;
} {
  const column = details.find((detail) => detail?.[0] === "column")?.[1];
  return typeof column === "string" ? { column } : {};
}
