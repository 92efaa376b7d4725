import type { Use } from "#lib/model/use.ts";
import type { EdgeUse } from "./snapshot.ts";

/** Nothing is said but the use itself, as of most edges between assets. */
function isBare(use: EdgeUse): boolean {
  for (const key in use) if (key !== "use") return false;
  return true;
}

/** Numbers for uses of edges and types of columns, the same for every asset and every version of a graph. */
export class EdgeBook {
  readonly uses: EdgeUse[] = [];
  readonly types: string[] = [""];
  readonly #useNumbers = new Map<string, number>();
  readonly #bareUses = new Map<Use, number>();
  readonly #typeNumbers = new Map<string, number>([["", 0]]);

  useNumber(use: EdgeUse): number {
    if (!isBare(use)) return this.#keyedUseNumber(use);
    const known = this.#bareUses.get(use.use);
    if (known !== undefined) return known;
    const number = this.#keyedUseNumber(use);
    this.#bareUses.set(use.use, number);
    return number;
  }

  #keyedUseNumber(use: EdgeUse): number {
    const key = `${use.use}|${use.detail ?? ""}|${use.cap ?? ""}|${use.through ?? ""}|${use.reader ?? ""}|${use.whole ?? ""}|${use.castFirst ?? ""}|${use.coalesced ?? ""}|${use.filled ?? ""}|${use.additive ?? ""}|${use.strict ?? ""}|${use.takes ?? ""}|${use.takesAt ?? ""}|${use.bound ?? ""}|${use.literals ?? ""}|${use.mixes ?? ""}|${use.missing ?? ""}|${use.either ?? ""}|${use.sifted ?? ""}|${use.groupKey ?? ""}|${use.leftOut ?? ""}|${use.caught ?? ""}|${use.converts ?? ""}|${use.lax ?? ""}|${use.partly ?? ""}|${use.countsTime ?? ""}|${use.inSide ?? ""}|${use.tried ?? ""}`;
    const known = this.#useNumbers.get(key);
    if (known !== undefined) return known;
    const number = this.uses.push(use) - 1;
    this.#useNumbers.set(key, number);
    return number;
  }

  typeNumber(type: string | undefined): number {
    if (type === undefined) return 0;
    const known = this.#typeNumbers.get(type);
    if (known !== undefined) return known;
    const number = this.types.push(type) - 1;
    this.#typeNumbers.set(type, number);
    return number;
  }
}
