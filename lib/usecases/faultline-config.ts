import { stringify } from "yaml";
import { z } from "zod";
import { namesConfigSchema } from "#lib/ingest/names/names-config.ts";
import { ruleSchema } from "#lib/ingest/owners/rules.ts";
import { parseYamlText } from "#lib/ingest/parse-structured-text.ts";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { Problem } from "#lib/model/problem.ts";
import { FILE_KINDS } from "./recognise-file.ts";

/** `faultline.yaml`: what to read, whose it is, how names are spelled, where the graph is kept. */
export const faultlineConfigSchema = z.strictObject({
  version: z.literal(1).default(1),
  sources: z
    .array(
      z.strictObject({
        /** A file or folder, relative to the configuration. */
        path: z.string().min(1),
        as: z.enum(FILE_KINDS).optional(),
        dialect: z.string().optional(),
        domain: z.string().optional(),
      }),
    )
    .default([]),
  domains: z
    .record(
      z.string(),
      z.strictObject({ owner: z.string().optional(), description: z.string().optional() }),
    )
    .default({}),
  names: namesConfigSchema.optional(),
  rules: z.array(ruleSchema).default([]),
  /** The path of a CODEOWNERS file. */
  codeowners: z.string().optional(),
  /** `file:PATH`, `neo4j://…`; a password is never written here. */
  store: z.string().optional(),
});

export type FaultlineConfig = z.output<typeof faultlineConfigSchema>;

/** Reads a configuration; the problem names the first key that is wrong. */
export function parseConfig(file: string, text: string): Result<FaultlineConfig, Problem> {
  const yaml = parseYamlText(file, text);
  if (!yaml.ok) return yaml;
  const parsed = faultlineConfigSchema.safeParse(yaml.value ?? {});
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  const where = issue?.path.join(".") ?? "";
  return err({
    code: "wrong-shape",
    message:
      where === ""
        ? (issue?.message ?? "not a configuration")
        : `\`${where}\`: ${issue?.message ?? "not understood"}`,
    next: "Compare the file with docs/configuration.md, or write a new one with `faultline init`.",
    file,
    severity: "error",
  });
}

/** The configuration as people would write it, with what is empty left out. */
export function renderConfig(config: FaultlineConfig): string {
  const { version, sources, domains, names, rules, codeowners, store } = config;
  const body = {
    version,
    sources,
    ...(Object.keys(domains).length === 0 ? {} : { domains }),
    ...(names === undefined ? {} : { names }),
    ...(codeowners === undefined ? {} : { codeowners }),
    ...(rules.length === 0 ? {} : { rules }),
    ...(store === undefined ? {} : { store }),
  };
  return `# Written by \`faultline init\`; yours to change. Read again by every \`faultline ingest\`.\n${stringify(body, { lineWidth: 120 })}`;
}
