import type { CliIo } from "./cli-io.ts";

export interface Progress {
  readonly step: (label: string, done?: number, total?: number) => void;
  readonly end: () => void;
}

const WIDTH = 24;
const MIN_INTERVAL_MS = 80;

/** One line on a terminal that says how far the work is; in a pipe or a log it says nothing. */
export function showProgress(io: CliIo): Progress {
  if (!io.errIsTerminal) return { step: () => {}, end: () => {} };
  let shownAt = 0;
  let isShown = false;
  return {
    step: (label, done, total) => {
      const now = io.now().getTime();
      if (isShown && now - shownAt < MIN_INTERVAL_MS && done !== total) return;
      shownAt = now;
      isShown = true;
      io.err(`\r\u001b[2K${renderBar(label, done, total)}`);
    },
    end: () => {
      if (isShown) io.err("\r\u001b[2K");
      isShown = false;
    },
  };
}

function renderBar(label: string, done: number | undefined, total: number | undefined): string {
  if (done === undefined || !total) return `… ${label}`;
  const filled = Math.min(WIDTH, Math.round((done / total) * WIDTH));
  return `${"█".repeat(filled)}${"░".repeat(WIDTH - filled)} ${label} ${done}/${total}`;
}
