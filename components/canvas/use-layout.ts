"use client";

import { useEffect, useRef, useState } from "react";
import { type Layout, layOut } from "#lib/view/layout.ts";
import type { Scene } from "#lib/view/scene.ts";
import { toLayoutRequest } from "#lib/view/scene-layout.ts";

/** A scene with its places; both change together. */
export interface Placed {
  readonly scene: Scene;
  readonly layout: Layout;
  readonly narrow: boolean;
  /** Drawings with another picture start fresh and are fitted anew. */
  readonly picture: string;
}

interface LayoutQuestion {
  readonly scene: Scene;
  readonly narrow: boolean;
  /** While this stays the same, what is drawn keeps its place. */
  readonly picture: string;
}

/** Lays out in one long-lived worker; the old drawing stays until the new one is there. */
export function useLayout({ scene, narrow, picture }: LayoutQuestion): Placed | undefined {
  const worker = useRef<Worker | undefined>(undefined);
  const job = useRef(0);
  const last = useRef<Placed | undefined>(undefined);
  const [placed, setPlaced] = useState<Placed>();

  useEffect(() => {
    worker.current = new Worker(new URL("./layout-worker.ts", import.meta.url), { type: "module" });
    return () => {
      worker.current?.terminate();
      worker.current = undefined;
    };
  }, []);

  useEffect(() => {
    const current = worker.current;
    const mine = ++job.current;
    const keep = last.current?.picture === picture ? last.current.layout.positions : undefined;
    const request = toLayoutRequest(scene, {
      narrow,
      ...(keep === undefined ? {} : { before: keep }),
    });
    const show = (layout: Layout) => {
      if (mine !== job.current) return;
      last.current = { scene, layout, narrow, picture };
      setPlaced(last.current);
    };
    if (current === undefined) return show(layOut(request));
    const onMessage = (event: MessageEvent<{ readonly job: number; readonly layout: Layout }>) => {
      if (event.data.job === mine) show(event.data.layout);
    };
    // A worker that cannot start (an old browser, a strict policy) must not cost the drawing.
    const onError = () => show(layOut(request));
    current.addEventListener("message", onMessage);
    current.addEventListener("error", onError);
    current.postMessage({ job: mine, request });
    return () => {
      current.removeEventListener("message", onMessage);
      current.removeEventListener("error", onError);
    };
  }, [scene, narrow, picture]);

  return placed;
}
