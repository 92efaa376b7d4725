"use client";

import { useEffect, useRef, useState } from "react";
import { CARD, SMALLEST_ZOOM } from "#lib/view/card-geometry.ts";
import type {
  ChosenLayout,
  LayoutCandidate,
  LayoutQuestion,
  Room,
} from "#lib/view/choose-layout.ts";
import type { Layout } from "#lib/view/layout.ts";
import type { Scene } from "#lib/view/scene.ts";
import { type CardWidth, toLayoutRequest } from "#lib/view/scene-layout.ts";
import type { Level } from "#lib/view/view-state.ts";

/** A scene with its places; both change together. */
export interface Placed {
  readonly scene: Scene;
  readonly layout: Layout;
  readonly width: CardWidth;
  /** Drawings with another picture start fresh and are fitted anew. */
  readonly picture: string;
}

interface Wish {
  /** The drawings that would do, the most detailed first. */
  readonly scenes: readonly [Scene, ...Scene[]];
  /** While this stays the same, what is drawn keeps its place, its level and its width. */
  readonly picture: string;
  readonly room: Room | undefined;
}

interface Option {
  readonly scene: Scene;
  readonly width: CardWidth;
}

function optionsOf(scenes: Wish["scenes"], last: Placed | undefined): readonly Option[] {
  const kept: Level | undefined = last?.scene.level;
  const scene = scenes.find((candidate) => candidate.level === kept) ?? scenes[0];
  if (last !== undefined) return [{ scene, width: last.width }];
  return scenes.flatMap((each) =>
    each.level === "domains"
      ? [{ scene: each, width: CARD.widths[0] }]
      : CARD.widths.map((width) => ({ scene: each, width })),
  );
}

function questionOf(
  options: readonly Option[],
  { room, before }: { readonly room: Room; readonly before: Layout["positions"] | undefined },
): LayoutQuestion | undefined {
  const [first, ...others] = options.map(
    ({ scene, width }): LayoutCandidate => ({
      request: toLayoutRequest(scene, { width, ...(before === undefined ? {} : { before }) }),
      smallest: SMALLEST_ZOOM[scene.level],
    }),
  );
  return first === undefined ? undefined : { candidates: [first, ...others], room };
}

/** Lays out in one long-lived worker; the old drawing stays until the new one is there. */
export function useLayout({ scenes, picture, room }: Wish): Placed | undefined {
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
    if (room === undefined) return;
    const current = worker.current;
    const mine = ++job.current;
    const keep = last.current?.picture === picture ? last.current : undefined;
    const options = optionsOf(scenes, keep);
    const question = questionOf(options, { room, before: keep?.layout.positions });
    if (question === undefined) return;
    const show = ({ at, layout }: ChosenLayout) => {
      const option = options[at];
      if (mine !== job.current || option === undefined) return;
      last.current = { ...option, layout, picture };
      setPlaced(last.current);
    };
    // A worker that cannot start (an old browser, a strict policy) must not cost the drawing.
    const layOutHere = () => {
      import("#lib/view/choose-layout.ts").then(
        ({ chooseLayout }) => show(chooseLayout(question)),
        () => undefined,
      );
    };
    if (current === undefined) return layOutHere();
    const onMessage = (
      event: MessageEvent<{ readonly job: number; readonly chosen: ChosenLayout }>,
    ) => {
      if (event.data.job === mine) show(event.data.chosen);
    };
    current.addEventListener("message", onMessage);
    current.addEventListener("error", layOutHere);
    current.postMessage({ job: mine, question });
    return () => {
      current.removeEventListener("message", onMessage);
      current.removeEventListener("error", layOutHere);
    };
  }, [scenes, picture, room]);

  return placed;
}
