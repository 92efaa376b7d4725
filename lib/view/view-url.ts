import type { Verdict } from "#lib/impact/assessment.ts";
import { type AssetId, assetId, assetNameOf } from "#lib/model/asset-id.ts";
import { formatChangeText, parseChangeText } from "./change-text.ts";
import { EMPTY_VIEW, GROUPINGS, LEVELS, type ViewState } from "./view-state.ts";

/** The keys of the address, as plain texts: several for lists, one for the rest; null where a key is not there. */
export interface ViewParams {
  readonly change: readonly string[] | null;
  readonly story: string | null;
  readonly sel: string | null;
  readonly by: string | null;
  readonly zoom: string | null;
  readonly find: string | null;
  readonly verdict: readonly string[] | null;
  readonly open: readonly string[] | null;
  readonly only: string | null;
  readonly present: string | null;
}

const LIST_KEYS = ["change", "verdict", "open"] as const;
const TEXT_KEYS = ["story", "sel", "by", "zoom", "find", "only", "present"] as const;

const VERDICT_KEYS: Readonly<Record<Verdict, string>> = {
  breaks_loudly: "fails",
  breaks_silently: "silent",
  degraded: "late",
  unaffected: "unaffected",
  unknown: "unknown",
};

const verdictOf = (key: string): Verdict | undefined =>
  (Object.keys(VERDICT_KEYS) as Verdict[]).find((verdict) => VERDICT_KEYS[verdict] === key);

/** `superset|revenue_today`: readable, and any name survives because only bars and tildes are escaped. */
function formatAsset(id: AssetId): string {
  const { namespace, name } = assetNameOf(id);
  return `${namespace.replace(/[~|]/g, (c) => (c === "~" ? "~0" : "~1"))}|${name}`;
}

function parseAsset(text: string): AssetId | undefined {
  const bar = text.indexOf("|");
  if (bar < 0) return undefined;
  const namespace = text.slice(0, bar).replace(/~[01]/g, (c) => (c === "~0" ? "~" : "|"));
  return assetId(namespace, text.slice(bar + 1));
}

const oneOf = <T extends string>(text: string | null, known: readonly T[]): T | undefined =>
  known.find((item) => item === text);

/** What the address says. Never fails: what it does not know it leaves at its default, changes it cannot read it names. */
export function parseViewParams(params: ViewParams): ViewState {
  const lines = params.change ?? [];
  const parsed = lines.map((line) => ({ line, change: parseChangeText(line) }));
  const selected = params.sel === null ? undefined : parseAsset(params.sel);
  const level = oneOf(params.zoom, LEVELS);
  const verdicts = (params.verdict ?? []).map(verdictOf).filter((verdict) => verdict !== undefined);
  return {
    ...EMPTY_VIEW,
    changes: parsed.map(({ change }) => change).filter((change) => change !== undefined),
    unread: parsed.filter(({ change }) => change === undefined).map(({ line }) => line),
    ...(params.story === null || params.story === "" ? {} : { story: params.story }),
    ...(selected === undefined ? {} : { selected }),
    grouping: oneOf(params.by, GROUPINGS) ?? EMPTY_VIEW.grouping,
    ...(level === undefined ? {} : { level }),
    find: params.find ?? "",
    verdicts: [...new Set(verdicts)],
    opened: [...new Set(params.open ?? [])],
    pathOnly: params.only === "path" && selected !== undefined,
    present: params.present === "1",
  };
}

const orNull = <T>(list: readonly T[]): readonly T[] | null => (list.length === 0 ? null : list);

/** The inverse of `parseViewParams`; what is at its default is left out, so addresses stay short. */
export function formatViewParams(view: ViewState): ViewParams {
  return {
    change: orNull([...view.changes.map(formatChangeText), ...view.unread]),
    story: view.story ?? null,
    sel: view.selected === undefined ? null : formatAsset(view.selected),
    by: view.grouping === EMPTY_VIEW.grouping ? null : view.grouping,
    zoom: view.level ?? null,
    find: view.find === "" ? null : view.find,
    verdict: orNull(view.verdicts.map((verdict) => VERDICT_KEYS[verdict])),
    open: orNull(view.opened),
    only: view.pathOnly ? "path" : null,
    present: view.present ? "1" : null,
  };
}

/** The view from an address's query. */
export function parseViewUrl(query: URLSearchParams): ViewState {
  const list = (key: string) => (query.has(key) ? query.getAll(key) : null);
  return parseViewParams({
    change: list("change"),
    story: query.get("story"),
    sel: query.get("sel"),
    by: query.get("by"),
    zoom: query.get("zoom"),
    find: query.get("find"),
    verdict: list("verdict"),
    open: list("open"),
    only: query.get("only"),
    present: query.get("present"),
  });
}

/** Colons, slashes, dots and commas are allowed in a query and much easier to read as they are. */
const readable = (text: string): string =>
  encodeURIComponent(text).replace(/%(3A|2F|2C|40|7C|3D|3B|28|29)/g, (code) =>
    decodeURIComponent(code),
  );

/** The query of an address, without `?`; empty where everything is at its default. */
export function formatViewUrl(view: ViewState): string {
  const params = formatViewParams(view);
  const pairs: string[] = [];
  for (const key of LIST_KEYS)
    for (const value of params[key] ?? []) pairs.push(`${key}=${readable(value)}`);
  for (const key of TEXT_KEYS) {
    const value = params[key];
    if (value !== null) pairs.push(`${key}=${readable(value)}`);
  }
  return pairs.join("&");
}

/** Path and query of the blast screen that asks about these changes. */
export function blastHref(changes: ViewState["changes"], selected?: AssetId): string {
  const view = { ...EMPTY_VIEW, changes };
  const query = formatViewUrl(selected === undefined ? view : { ...view, selected });
  return query === "" ? "/blast" : `/blast?${query}`;
}

/** The blast screen with only the way from these changes to one asset. */
export const pathHref = (changes: ViewState["changes"], selected: AssetId): string =>
  `/blast?${formatViewUrl({ ...EMPTY_VIEW, changes, selected, pathOnly: true })}`;
