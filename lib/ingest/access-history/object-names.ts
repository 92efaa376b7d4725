import type { Accessed } from "./accessed.ts";

/** An object of a warehouse under one of its names. */
export interface NamedObject {
  /** What stays when it is renamed; ids of different kinds of objects are told apart by the caller. */
  readonly id: string;
  readonly thing: Accessed;
  readonly file: string;
}

/** One object had the name `from`, and later `to`. */
export interface Succession {
  readonly from: NamedObject;
  readonly to: NamedObject;
}

interface Names {
  readonly byName: Map<string, { readonly object: NamedObject; last: string }>;
  /** The row that spoke of it last, and under which name. */
  row: unknown;
  inRow: string;
  /** One row has two names for it, so that the id is none. */
  isShared: boolean;
}

/** The names that each object of a log went by. One that has several was renamed, or changed names with another. */
export class ObjectNames {
  readonly #objects = new Map<string, Names>();

  /** A row speaks of the object by this name. */
  see(object: NamedObject, { at, row }: { readonly at: string; readonly row: unknown }): void {
    const names = this.#namesOf(object.id);
    const key = nameOf(object);
    if (names.row === row && names.inRow !== key) names.isShared = true;
    names.row = row;
    names.inRow = key;
    note(names, object, at);
  }

  /** A statement renamed it. */
  rename(from: NamedObject, { to, at }: { readonly to: NamedObject; readonly at: string }): void {
    const names = this.#namesOf(from.id);
    note(names, from, at);
    note(names, to, `${at}${AFTER}`);
  }

  /** Every earlier name of an object with every later one, the oldest names first. */
  successions(): readonly Succession[] {
    const found: { readonly at: string; readonly succession: Succession }[] = [];
    for (const { byName, isShared } of this.#objects.values()) {
      if (isShared || byName.size < 2) continue;
      const names = [...byName.values()].sort((a, b) => (a.last < b.last ? -1 : 1));
      for (const [index, { object: to, last }] of names.entries())
        for (const { object: from } of names.slice(0, index))
          found.push({ at: last, succession: { from, to } });
    }
    return found
      .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
      .map(({ succession }) => succession);
  }

  #namesOf(id: string): Names {
    const known = this.#objects.get(id);
    if (known !== undefined) return known;
    const made: Names = { byName: new Map(), row: undefined, inRow: "", isShared: false };
    this.#objects.set(id, made);
    return made;
  }
}

/** Later than anything of the same time. */
const AFTER = "~";

const nameOf = ({ thing: { name } }: NamedObject): string => `${name.namespace}\n${name.name}`;

function note({ byName }: Names, object: NamedObject, at: string): void {
  const known = byName.get(nameOf(object));
  if (known === undefined) byName.set(nameOf(object), { object, last: at });
  else if (at > known.last) known.last = at;
}
