/** What an end of an edge names: an asset, or a column of it. */
export interface SplitEnd {
  readonly asset: string;
  readonly column?: string;
  /** The asset is one that the file declares. */
  readonly declared: boolean;
}

/**
 * Splits `asset.column` where either part may hold dots: the longest declared asset id that the text starts with is the
 * asset. Of a text that starts with none, the last part is taken for a column if there is a dot.
 */
export function endSplitter(ids: Iterable<string>): (text: string) => SplitEnd {
  const declared = new Set(ids);
  return (text) => {
    if (declared.has(text)) return { asset: text, declared: true };
    for (let dot = text.lastIndexOf("."); dot > 0; dot = text.lastIndexOf(".", dot - 1)) {
      const asset = text.slice(0, dot);
      if (declared.has(asset)) return { asset, column: text.slice(dot + 1), declared: true };
    }
    const last = text.lastIndexOf(".");
    if (last <= 0 || last === text.length - 1) return { asset: text, declared: false };
    return { asset: text.slice(0, last), column: text.slice(last + 1), declared: false };
  };
}
