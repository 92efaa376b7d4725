"use client";

import { createContext, useContext } from "react";
import type { Lit, LitFrom } from "#lib/view/highlight.ts";

/** What cards and lines have to know beside their own data; kept apart from it so that a hover moves no node. */
export interface CanvasState {
  readonly selected: string | undefined;
  /** What is lit by the pointer, or by the selection; undefined: nothing is set off. */
  readonly lit: Lit | undefined;
  /** The pointer is on something: the rest steps back further than for a selection. */
  readonly hovering: boolean;
  readonly hoverPort: (from: LitFrom | undefined) => void;
  /** Opens or shuts what is folded under this key. */
  readonly openFold: (key: string) => void;
}

export const CanvasContext = createContext<CanvasState>({
  selected: undefined,
  lit: undefined,
  hovering: false,
  hoverPort: () => undefined,
  openFold: () => undefined,
});

export const useCanvas = (): CanvasState => useContext(CanvasContext);
