import type { BuildRecipe } from "#lib/model/fact.ts";
import { asRecord, asText } from "../loose-value.ts";
import type { ManifestNode } from "./manifest-schema.ts";

/** What dbt runs to build a node beside its query. */
export function recipeOf({
  resource_type: type,
  raw_code: raw,
  checksum,
  config,
}: ManifestNode): BuildRecipe {
  const rows = type === "seed" ? (checksum?.checksum ?? undefined) : undefined;
  return {
    ...(raw ? { raw } : {}),
    hooks: [...hooksIn(config?.["pre-hook"]), ...hooksIn(config?.["post-hook"])],
    ...(rows === undefined ? {} : { checksum: rows, types: config?.column_types ?? {} }),
  };
}

/** A hook is a text or `{sql, transaction}`; one or a list. */
function hooksIn(value: unknown): readonly string[] {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all
    .flatMap((hook) => asText(hook) ?? asText(asRecord(hook)?.["sql"]) ?? [])
    .map((sql) => sql.trim())
    .filter((sql) => sql !== "");
}
