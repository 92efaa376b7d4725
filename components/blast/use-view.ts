"use client";

import { parseAsNativeArrayOf, parseAsString, useQueryStates } from "nuqs";
import { useCallback, useMemo, useTransition } from "react";
import {
  asksAnew,
  isStep,
  reduceView,
  type ViewAction,
  type ViewState,
} from "#lib/view/view-state.ts";
import { formatViewParams, parseViewParams } from "#lib/view/view-url.ts";

const KEYS = {
  change: parseAsNativeArrayOf(parseAsString),
  story: parseAsString,
  sel: parseAsString,
  by: parseAsString,
  zoom: parseAsString,
  find: parseAsString,
  verdict: parseAsNativeArrayOf(parseAsString),
  open: parseAsNativeArrayOf(parseAsString),
  only: parseAsString,
  present: parseAsString,
};

export interface ViewControl {
  readonly view: ViewState;
  readonly dispatch: (action: ViewAction) => void;
  /** A new question was asked and its answer is on the way. */
  readonly pending: boolean;
}

/** The view lives in the address: read from it, reduced, written back. A new change asks the server again. */
export function useView(): ViewControl {
  const [pending, startTransition] = useTransition();
  const [params, setParams] = useQueryStates(KEYS, { scroll: false });
  const view = useMemo(() => parseViewParams(params), [params]);
  const dispatch = useCallback(
    (action: ViewAction) => {
      const params = formatViewParams(reduceView(view, action));
      const { change, verdict, open, ...rest } = params;
      const written = {
        ...rest,
        change: change && [...change],
        verdict: verdict && [...verdict],
        open: open && [...open],
      };
      const isElsewhere = JSON.stringify(params) !== JSON.stringify(formatViewParams(view));
      const history = isElsewhere && isStep(action) ? "push" : "replace";
      setParams(
        written,
        asksAnew(action)
          ? { history, shallow: false, startTransition }
          : { history, shallow: true },
      ).catch(() => undefined);
    },
    [view, setParams],
  );
  return { view, dispatch, pending };
}
