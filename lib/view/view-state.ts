import type { Verdict } from "#lib/impact/assessment.ts";
import type { ChangeInput } from "#lib/impact/change.ts";
import { unreachable } from "#lib/kit/unreachable.ts";
import type { AssetId } from "#lib/model/asset-id.ts";

export const GROUPINGS = ["rank", "domain", "owner"] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** From near to far: with columns; one card for each dataset; what lies between folded by domain; domains only. */
export const LEVELS = ["columns", "datasets", "consumers", "domains"] as const;
export type Level = (typeof LEVELS)[number];

/** All of the blast screen that a colleague should see from a link. Hover and camera are not in it. */
export interface ViewState {
  readonly changes: readonly ChangeInput[];
  /** Changes in the address that could not be read, as they stand there. */
  readonly unread: readonly string[];
  readonly story?: string;
  readonly selected?: AssetId;
  readonly grouping: Grouping;
  /** Absent: chosen by how much there is to draw. */
  readonly level?: Level;
  /** Only names, owners, domains and kinds with this text. */
  readonly find: string;
  /** Only these verdicts; empty: all. */
  readonly verdicts: readonly Verdict[];
  /** Folds of the graph that were opened: a domain's name, or "" for the domains that are only reached. */
  readonly opened: readonly string[];
  /** Only what leads from the changes to the selected asset. */
  readonly pathOnly: boolean;
  /** Bigger type, for a projector. */
  readonly present: boolean;
}

export const EMPTY_VIEW: ViewState = {
  changes: [],
  unread: [],
  grouping: "rank",
  find: "",
  verdicts: [],
  opened: [],
  pathOnly: false,
  present: false,
};

export type ViewAction =
  | { readonly do: "add-change"; readonly change: ChangeInput }
  | { readonly do: "replace-change"; readonly index: number; readonly change: ChangeInput }
  | { readonly do: "remove-change"; readonly index: number }
  | {
      readonly do: "select";
      readonly asset: AssetId;
      /** The arrows came by on their way: nothing that somebody goes back to. */
      readonly passing?: true;
    }
  | { readonly do: "clear-selection" }
  | { readonly do: "group"; readonly by: Grouping }
  | { readonly do: "zoom-to"; readonly level: Level }
  | { readonly do: "find"; readonly text: string }
  | { readonly do: "toggle-verdict"; readonly verdict: Verdict }
  | { readonly do: "clear-filters" }
  | { readonly do: "toggle-fold"; readonly fold: string }
  | { readonly do: "fold-all" }
  | { readonly do: "toggle-path-only"; readonly asset?: AssetId }
  | { readonly do: "toggle-present" };

/** Another change asks another question: what was selected, opened or filtered belonged to the old answer. */
function ask(view: ViewState, changes: readonly ChangeInput[]): ViewState {
  return { ...EMPTY_VIEW, grouping: view.grouping, present: view.present, changes };
}

function without<K extends keyof ViewState>(view: ViewState, key: K): Omit<ViewState, K> {
  const { [key]: _dropped, ...rest } = view;
  return rest;
}

const toggle = <T>(list: readonly T[], item: T): readonly T[] =>
  list.includes(item) ? list.filter((other) => other !== item) : [...list, item];

function togglePath(view: ViewState, asset: AssetId | undefined): ViewState {
  if (view.pathOnly || asset === undefined) return { ...view, pathOnly: false };
  return { ...view, selected: asset, pathOnly: true };
}

/** The one place where the view changes. Pure: the address bar is written from what it gives. */
export function reduceView(view: ViewState, action: ViewAction): ViewState {
  switch (action.do) {
    case "add-change":
      return ask(view, [...view.changes, action.change]);
    case "replace-change":
      return ask(
        view,
        view.changes.map((change, at) => (at === action.index ? action.change : change)),
      );
    case "remove-change":
      return ask(
        view,
        view.changes.filter((_, at) => at !== action.index),
      );
    case "select":
      return { ...view, selected: action.asset };
    case "clear-selection":
      return { ...without(view, "selected"), pathOnly: false };
    case "group":
      return { ...view, grouping: action.by };
    case "zoom-to":
      return { ...view, level: action.level };
    case "find":
      return { ...view, find: action.text };
    case "toggle-verdict":
      return { ...view, verdicts: toggle(view.verdicts, action.verdict) };
    case "clear-filters":
      return { ...view, find: "", verdicts: [], pathOnly: false };
    case "toggle-fold":
      return { ...view, opened: toggle(view.opened, action.fold) };
    case "fold-all":
      return { ...view, opened: [] };
    case "toggle-path-only":
      return togglePath(view, action.asset ?? view.selected);
    case "toggle-present":
      return { ...view, present: !view.present };
    default:
      return unreachable(action);
  }
}

/** A new question: the server is asked again. */
export function asksAnew(action: ViewAction): boolean {
  return (
    action.do === "add-change" || action.do === "replace-change" || action.do === "remove-change"
  );
}

/** Whether Back leads to the view of before: after each deliberate step, not after each letter that is typed. */
export function isStep(action: ViewAction): boolean {
  if (action.do === "select") return action.passing !== true;
  return action.do !== "find" && action.do !== "toggle-present";
}
