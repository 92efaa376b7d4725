import { type LayoutRequest, layOut } from "#lib/view/layout.ts";

/** Runs in a worker of its own, so that the page never waits for a drawing. */
self.addEventListener(
  "message",
  (event: MessageEvent<{ readonly job: number; readonly request: LayoutRequest }>) => {
    self.postMessage({ job: event.data.job, layout: layOut(event.data.request) });
  },
);
