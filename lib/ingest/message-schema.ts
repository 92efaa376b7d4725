import type { Column } from "#lib/model/asset.ts";
import type { Problem } from "#lib/model/problem.ts";

/** A record type of Avro, Protobuf or JSON Schema: what one message of a topic holds. */
export interface MessageSchema {
  /** In full: `com.shop.Order`. */
  readonly name: string;
  readonly file: string;
  /** 1-based. */
  readonly line?: number;
  readonly columns: readonly Column[];
  readonly description?: string;
  /** In full, too. */
  readonly formerNames?: readonly string[];
}

export interface SchemasRead {
  /** Those that are no part of another, in the order of files. */
  readonly messages: readonly MessageSchema[];
  readonly problems: readonly Problem[];
}

const ENVELOPE = ["before", "after", "source", "op"];

/**
 * Debezium's envelope around a change of a row. The topic counts as one of rows, with the columns of `after`: so do those who
 * read it, from sinks to stream processors.
 */
export const isChangeEnvelope = (fields: readonly string[]): boolean =>
  ENVELOPE.every((name) => fields.includes(name));
