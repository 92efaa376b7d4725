/** What a DAX expression names. */
export interface DaxReferences {
  /** `Sales[Amount]`: a column or a measure, with its table. */
  readonly qualified: readonly { readonly table: string; readonly name: string }[];
  /** `[Amount]`: a measure, or a column of the table that the expression stands in. */
  readonly bare: readonly string[];
  /** Tables named as such: `COUNTROWS(Sales)`. */
  readonly tables: readonly string[];
}

const TOKEN =
  /"(?:[^"]|"")*"|\/\/[^\n]*|--[^\n]*|\/\*[\s\S]*?\*\/|'((?:[^']|'')*)'\s*(?:\[((?:[^\]]|\]\])*)\])?|([\p{L}_][\p{L}\p{N}_.]*)\s*(?:\[((?:[^\]]|\]\])*)\]|(\())?|\[((?:[^\]]|\]\])*)\]/gu;

const plain = (name: string | undefined): string => (name ?? "").replaceAll("]]", "]");

/** `isTable`: tells tables from variables and keywords among the words that stand alone. */
export function readDax(dax: string, isTable: (name: string) => boolean): DaxReferences {
  const qualified: { table: string; name: string }[] = [];
  const bare: string[] = [];
  const tables: string[] = [];
  for (const [, quotedTable, quotedColumn, word, wordColumn, call, alone] of dax.matchAll(TOKEN)) {
    if (alone !== undefined) bare.push(plain(alone));
    else if (quotedTable !== undefined) {
      const table = quotedTable.replaceAll("''", "'");
      if (quotedColumn === undefined) tables.push(table);
      else qualified.push({ table, name: plain(quotedColumn) });
    } else if (word !== undefined && wordColumn !== undefined)
      qualified.push({ table: word, name: plain(wordColumn) });
    else if (word !== undefined && call === undefined && isTable(word)) tables.push(word);
  }
  return { qualified, bare, tables: tables.filter(isTable) };
}
