/** A branch of a choice, as canonical texts. */
export interface Branch {
  readonly when: string;
  readonly value: string;
  /** The conditions of which one must hold, where the condition is several in a row. */
  readonly either: readonly string[];
}

/**
 * Branches that ask one value for different constants cannot hold at once, so their order says nothing: such neighbours are
 * put in the order of their texts.
 */
export function sortBranches(branches: readonly Branch[]): readonly Branch[] {
  const sorted: Branch[] = [];
  let run: Branch[] = [];
  let asked: Asked | undefined;
  const close = (): void => {
    sorted.push(...run.sort((a, b) => (a.when < b.when ? -1 : a.when > b.when ? 1 : 0)));
    run = [];
  };
  for (const branch of branches) {
    const next = askedOf(branch);
    const isApart =
      asked !== undefined &&
      next !== undefined &&
      asked.subject === next.subject &&
      asked.isText === next.isText &&
      next.values.every((value) => !asked?.values.includes(value));
    if (!isApart) close();
    run.push(branch);
    asked =
      isApart && asked && next ? { ...next, values: [...asked.values, ...next.values] } : next;
  }
  close();
  return sorted;
}

interface Asked {
  readonly subject: string;
  readonly isText: boolean;
  readonly values: readonly string[];
}

const EQUAL = /^Eq\((.*),\{Value:\{value:(?:(-?\d+)|\{SingleQuotedString:"([^"\\]*)"\})\}\}\)$/s;

/** The value that a branch asks for, and which constants it may be; undefined where it asks for anything else. */
function askedOf({ either }: Branch): Asked | undefined {
  let asked: Asked | undefined;
  for (const text of either) {
    const [, subject, number, word] = EQUAL.exec(text) ?? [];
    const value = number ?? (word === undefined ? undefined : meaningOf(word));
    if (subject === undefined || value === undefined) return undefined;
    const isText = number === undefined;
    if (asked !== undefined && (asked.subject !== subject || asked.isText !== isText))
      return undefined;
    asked = { subject, isText, values: [...(asked?.values ?? []), value] };
  }
  return asked;
}

/**
 * What a text stands for among texts that may be other spellings of one value, as `t` and `true` are of a truth value.
 * Undefined where it may be a number or a time as well.
 */
function meaningOf(text: string): string | undefined {
  const word = text.toLowerCase();
  if (!/^[a-z](?:[a-z _-]*[a-z])?$/.test(word) || NUMBERS_AND_TIMES.test(word)) return undefined;
  if (YES.test(word)) return "true";
  return NO.test(word) ? "false" : word;
}

const YES = /^(?:t|true|y|yes|on)$/;
const NO = /^(?:f|false|n|no|off)$/;
const NUMBERS_AND_TIMES =
  /^(?:inf(?:inity)?|nan|epoch|now|today|tomorrow|yesterday|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec).*)$/;
