import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import { splitRelationName } from "#lib/ingest/relation-name.ts";
import { pathKey } from "#lib/ingest/sql/relation-path.ts";
import { findInPlace, readPlace, type SessionPlace } from "#lib/ingest/sql/session-place.ts";
import { splitStatements } from "#lib/ingest/sql/split-statements.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { isConsumerKind } from "#lib/model/asset.ts";
import type { Failure } from "../failure.ts";

/** Tables whose name stands in the text, and those of a schema that is dropped or renamed. */
export function namedTables(text: string, assets: readonly MergedAsset[]): readonly MergedAsset[] {
  const words = new Set((text.match(/[A-Za-z_][\w$]*/g) ?? []).map((word) => word.toLowerCase()));
  const schemas = new Set(
    [...text.matchAll(SCHEMA)].map(([, name = ""]) =>
      (splitRelationName(name).at(-1) ?? "").toLowerCase(),
    ),
  );
  return assets.filter(({ kind, columns, name }) => {
    if (isConsumerKind(kind) || kind === "job" || columns.length === 0) return false;
    const [schema = "", last = ""] = ["", ...splitRelationName(name)].slice(-2);
    return words.has(last.toLowerCase()) || schemas.has(schema.toLowerCase());
  });
}

/** A deployed table as the migrations call it. */
export interface DeployedTable {
  readonly asset: MergedAsset;
  /** Outermost first. */
  readonly path: readonly string[];
}

export const pathOf = ({ name }: MergedAsset): readonly string[] => splitRelationName(name);

const SCHEMA = /\b(?:alter|drop)\s+schema\s+(?:if\s+exists\s+)?([\w$."`[\]]+)/gi;

const ALTERED =
  /\b(?:alter|drop|rename)\s+(?:table|view|materialized\s+view)\s+(?:if\s+exists\s+)?(?:only\s+)?([\w$."`[\]]+)/gi;

/** What is altered or dropped, each by the one deployed table whose name ends so: of several, none may be guessed. */
export function alteredTables(
  text: string,
  named: readonly MergedAsset[],
): Result<readonly DeployedTable[], Failure> {
  const found: DeployedTable[] = [];
  const all = named.map((asset) => ({ asset, path: pathOf(asset) }));
  for (const { spelled, place } of alteredNames(text)) {
    const path = splitRelationName(spelled);
    const placed = findInPlace(path, place, all);
    if (placed !== undefined) {
      found.push({ asset: placed.asset, path: placed.path });
      continue;
    }
    const fits = named.filter(
      (asset) => pathKey(pathOf(asset).slice(-path.length)) === pathKey(path),
    );
    const whole = fits.filter((asset) => pathOf(asset).length === path.length);
    const [only, second] = whole.length === 1 ? whole : fits;
    if (only !== undefined && second !== undefined)
      return err({
        code: "ambiguous-name",
        message: `${spelled} fits ${fits.length} deployed tables`,
        candidates: fits.map(({ namespace, name }) => `${namespace} ${name}`).sort(),
        next: "write more of its name",
      });
    if (only !== undefined) found.push({ asset: only, path });
  }
  return ok(found);
}

interface AlteredName {
  readonly spelled: string;
  /** Where names are looked for when the statement runs. */
  readonly place: SessionPlace;
}

function alteredNames(text: string): readonly AlteredName[] {
  let place: SessionPlace = [];
  return splitStatements(text).flatMap(({ sql }) => {
    place = readPlace(sql, place) ?? place;
    return [...sql.matchAll(ALTERED)].map(([, spelled = ""]) => ({ spelled, place }));
  });
}
