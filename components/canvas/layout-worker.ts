import { chooseLayout, type LayoutQuestion } from "#lib/view/choose-layout.ts";

/** Runs in a worker of its own, so that the page never waits for a drawing. */
self.addEventListener(
  "message",
  (event: MessageEvent<{ readonly job: number; readonly question: LayoutQuestion }>) => {
    self.postMessage({ job: event.data.job, chosen: chooseLayout(event.data.question) });
  },
);
