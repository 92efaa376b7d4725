import { cellKey, type Flow, type Sink } from "./expression-context.ts";

/** The flows of an expression, each once: the same use of a column at two places is one. */
export class FlowList {
  readonly #flows = new Map<string, Flow>();

  readonly sink: Sink = (flow) => {
    const key = `${cellKey(flow.cell)}|${flow.use}|${flow.detail ?? ""}`;
    const known = this.#flows.get(key);
    if (known === undefined) this.#flows.set(key, flow);
    else if (known.takes === undefined && flow.takes !== undefined)
      this.#flows.set(key, { ...known, takes: flow.takes });
  };

  get flows(): readonly Flow[] {
    return [...this.#flows.values()];
  }
}
