import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { isConsumerKind } from "#lib/model/asset.ts";
import type { KnownDomain } from "#lib/review/starter-policy.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { addStoreOption, hasStore, type StoreOptions, withStore } from "../choose-store.ts";
import type { CliIo } from "../cli-io.ts";
import type { CommandHost } from "../command-host.ts";
import { EXIT } from "../exit-codes.ts";
import { reportFailure } from "../report-failure.ts";

interface PolicyOptions extends StoreOptions {
  readonly out?: string;
  readonly force?: boolean;
}

/** `policy init`: a first policy for the gate, from the domains that the store knows. */
export function addPolicyCommand({ program, io, endWith }: CommandHost): void {
  const policy = program.command("policy").description("what the gate does with what it finds");
  addStoreOption(policy.command("init"))
    .description("write a first faultline.policy.yaml, with the domains that the store knows")
    .option("--out <file>", "default: faultline.policy.yaml")
    .option("--force", "write over a file that is there")
    .action(async (options: PolicyOptions) => {
      const done = await writePolicy(io, options);
      if (!done.ok) return endWith(reportFailure(io, done.error));
      io.out(`${done.value}\n`);
      endWith(EXIT.ok);
    });
}

async function writePolicy(io: CliIo, options: PolicyOptions): Promise<Result<string, Failure>> {
  const { POLICY_FILE } = await import("#lib/usecases/read-gate-files.ts");
  const shown = options.out ?? POLICY_FILE;
  const path = resolve(io.cwd, shown);
  if (existsSync(path) && options.force !== true) {
    return err({ code: "bad-usage", message: `${shown} is there already`, next: "give --force" });
  }
  const domains = (await hasStore(io, options))
    ? await withStore({ io, options, mustExist: true }, knownDomains)
    : ok([]);
  if (!domains.ok) return domains;
  const { writeStarterPolicy } = await import("#lib/review/starter-policy.ts");
  const version = io.now().toISOString().slice(0, 10);
  await writeFile(path, writeStarterPolicy(domains.value, version));
  return ok(`wrote ${shown}: it observes; set mode: block where owners agree`);
}

async function knownDomains(store: LineageStore): Promise<Result<readonly KnownDomain[], Failure>> {
  const { loadGraphView } = await import("#lib/usecases/load-graph-view.ts");
  const view = await loadGraphView(store);
  if (!view.ok) return view;
  const domains = new Map<string, Partial<Record<1 | 2 | 3 | 4, number>>>();
  for (const { kind, attributes } of view.value.graph.assets.values()) {
    const { domain, tier } = attributes;
    if (domain === undefined) continue;
    const tiers = domains.get(domain) ?? {};
    domains.set(domain, tiers);
    if (tier !== undefined && isConsumerKind(kind)) tiers[tier] = (tiers[tier] ?? 0) + 1;
  }
  return ok([...domains].map(([name, tiers]) => ({ name, tiers })));
}
