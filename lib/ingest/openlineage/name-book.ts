import type { AssetName } from "#lib/model/asset-id.ts";
import { type NameReader, readName } from "./check-event.ts";

/** Reads names so that one name is always one and the same object: what is found out about it is found out once. */
export function createNameReader(): NameReader {
  const books = new Map<unknown, Map<unknown, AssetName>>();
  return (record) => {
    const namespace = record?.["namespace"];
    let book = books.get(namespace);
    if (book === undefined) {
      book = new Map();
      books.set(namespace, book);
    }
    const known = book.get(record?.["name"]);
    if (known !== undefined) return known;
    const name = readName(record);
    if (name !== undefined) book.set(name.name, name);
    return name;
  };
}

/** Names as numbers, the same for the same name: short parts of the keys under which edges are compared. */
export function numberNames(): (name: AssetName) => number {
  const byObject = new Map<AssetName, number>();
  const byText = new Map<string, number>();
  return (name) => {
    let number = byObject.get(name);
    if (number === undefined) {
      const text = `${name.namespace}\n${name.name}`;
      number = byText.get(text) ?? byText.size;
      byText.set(text, number);
      byObject.set(name, number);
    }
    return number;
  };
}
