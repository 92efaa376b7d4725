import type { ReadsLeftOut } from "./left-out.ts";
import type { RenamedValue } from "./renamed-value.ts";

/** What is known of changes beside their effects, so that some uses need not care. */
export interface Ignored {
  /** The value that got another name, where that is the only change of values. */
  readonly renamed?: RenamedValue | undefined;
  /** Reads whose conditions leave the changed rows out. */
  readonly leftOut?: ReadsLeftOut | undefined;
}
