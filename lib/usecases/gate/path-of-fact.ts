import { splitRelationName } from "#lib/ingest/relation-name.ts";
import type { AssetFact } from "#lib/model/fact.ts";

/** The parts of a table's name, outermost first. */
export const pathOfFact = ({ path, name }: AssetFact): readonly string[] =>
  path ?? splitRelationName(name.name);
