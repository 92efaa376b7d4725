/** A comment in SQL that is meant for Faultline: `-- faultline: ignore mart.revenue until=2026-04-15 reason="…"`. */
export interface Pragma {
  /** The first word: what it asks for. */
  readonly verb: string;
  /** The words that follow without a name. */
  readonly words: readonly string[];
  /** `until=2026-04-15`, by name in lower case. */
  readonly options: Readonly<Record<string, string>>;
  readonly file: string;
  /** 1-based; absent where the text is not the file's own. */
  readonly line?: number;
}
