import { resolve } from "node:path";
import { PERSPECTIVES, type Perspective } from "#lib/ingest/contract/contract-change.ts";
import type { ContractShape } from "#lib/ingest/contract/contract-shape.ts";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { StoredClaim } from "#lib/model/claim.ts";
import type { ContractCheck } from "#lib/usecases/contracts/check-contract.ts";
import type { ContractDiffAnswer } from "#lib/usecases/contracts/judge-contract-diff.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { failureOfStore } from "#lib/usecases/failure.ts";
import type { GraphView } from "#lib/usecases/graph/graph-view.ts";
import { readTextFile } from "#lib/usecases/sources/read-text-file.ts";
import { addStoreOption, hasStore, type StoreOptions, withStore } from "../choose-store.ts";
import type { CliIo } from "../cli-io.ts";
import type { CommandHost } from "../command-host.ts";
import { EXIT } from "../exit-codes.ts";
import { reportFailure, reportProblems } from "../report-failure.ts";

interface ContractOptions extends StoreOptions {
  readonly from?: readonly string[];
  readonly format: string;
}

interface DiffOptions extends ContractOptions {
  readonly perspective: string;
}

/** `contract check|diff`: whether promises are kept, and what a new version of them means. */
export function addContractCommand({ program, io, endWith }: CommandHost): void {
  const contract = program
    .command("contract")
    .description("hold data contracts (ODCS 3) to what was observed, and compare their versions");
  addStoreOption(contract.command("check"))
    .description(
      "what the tables do not keep of what contracts promise; exit 1 where there is an error",
    )
    .argument("<file...>", "contracts")
    .option("--from <path...>", "what was observed, from these files instead of a store")
    .option("--format <format>", "text or json", "text")
    .action(async (files: readonly string[], options: ContractOptions) => {
      const checked = await checkAll(io, files, options);
      if (!checked.ok) return endWith(reportFailure(io, checked.error));
      const { renderChecks } = await import("../render/contract.ts");
      io.out(
        options.format === "json"
          ? json({ contracts: checked.value })
          : renderChecks(checked.value),
      );
      endWith(checked.value.every(({ kept }) => kept) ? EXIT.ok : EXIT.blocked);
    });
  addStoreOption(contract.command("diff"))
    .description(
      "what a new version of a contract changes, and for whom; exit 1 where it breaks them",
    )
    .argument("<old>", "the contract as it is")
    .argument("<new>", "as it is to be")
    .option("--perspective <side>", `${PERSPECTIVES.join(" or ")}: whom it may break`, "consumer")
    .option("--from <path...>", "who reads the tables, from these files instead of a store")
    .option("--format <format>", "text or json", "text")
    .action(async (before: string, after: string, options: DiffOptions) => {
      const answer = await diff(io, [before, after], options);
      if (!answer.ok) return endWith(reportFailure(io, answer.error));
      const { renderContractDiff } = await import("../render/contract.ts");
      io.out(options.format === "json" ? json(answer.value) : renderContractDiff(answer.value));
      endWith(answer.value.breaking ? EXIT.blocked : EXIT.ok);
    });
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const checkFormat = ({ format }: ContractOptions): Result<undefined, Failure> =>
  format === "text" || format === "json"
    ? ok(undefined)
    : err({ code: "bad-usage", message: `--format ${format}: text and json are known here` });

async function readContracts(
  io: CliIo,
  files: readonly string[],
): Promise<Result<readonly ContractShape[], Failure>> {
  const { readContractFile } = await import("#lib/usecases/contracts/read-contract-file.ts");
  const read: ContractShape[] = [];
  for (const file of files) {
    const text = await readTextFile(resolve(io.cwd, file), file);
    if (!text.ok) return text;
    const contract = readContractFile({ path: file, text: text.value });
    if (!contract.ok) return contract;
    read.push(contract.value);
  }
  return ok(read);
}

async function checkAll(
  io: CliIo,
  files: readonly string[],
  options: ContractOptions,
): Promise<Result<readonly ContractCheck[], Failure>> {
  const format = checkFormat(options);
  if (!format.ok) return format;
  const contracts = await readContracts(io, files);
  if (!contracts.ok) return contracts;
  const claims = await readClaims(io, options);
  if (!claims.ok) return claims;
  const { mergeClaims } = await import("#lib/graph/merge-claims.ts");
  const { checkContract } = await import("#lib/usecases/contracts/check-contract.ts");
  const observed = mergeClaims(
    claims.value.filter(
      ({ source, staleSince }) => source.kind !== "contract" && staleSince === undefined,
    ),
    1,
  );
  const now = io.now().toISOString();
  return ok(contracts.value.map((contract) => checkContract({ contract, observed, now })));
}

/** All that is known, of a store or of files. */
async function readClaims(
  io: CliIo,
  options: ContractOptions,
): Promise<Result<readonly StoredClaim[], Failure>> {
  if (options.from === undefined)
    return withStore({ io, options, mustExist: true }, async (store) => {
      const claims = await store.claims();
      return claims.ok ? claims : err(failureOfStore(claims.error));
    });
  const { openStore } = await import("#lib/store/open-store.ts");
  const { ingestPaths } = await import("#lib/usecases/sources/ingest-sources.ts");
  const { loadSqlParser } = await import("#lib/usecases/sources/load-sql-parser.ts");
  const store = await openStore("memory:", {});
  if (!store.ok) return err(failureOfStore(store.error));
  const report = await ingestPaths({
    paths: options.from.map((path) => resolve(io.cwd, path)),
    cwd: io.cwd,
    store: store.value,
    parser: await loadSqlParser(),
    now: io.now().toISOString(),
  });
  if (!report.ok) return err(failureOfStore(report.error));
  reportProblems(
    io,
    report.value.problems.filter(({ severity }) => severity === "error"),
  );
  const claims = await store.value.claims();
  return claims.ok ? claims : err(failureOfStore(claims.error));
}

async function diff(
  io: CliIo,
  files: readonly [string, string],
  options: DiffOptions,
): Promise<Result<ContractDiffAnswer, Failure>> {
  const format = checkFormat(options);
  if (!format.ok) return format;
  const perspective = PERSPECTIVES.find((one) => one === options.perspective);
  if (perspective === undefined)
    return err({
      code: "bad-usage",
      message: `--perspective ${options.perspective}: ${PERSPECTIVES.join(" and ")} are known here`,
    });
  const contracts = await readContracts(io, files);
  if (!contracts.ok) return contracts;
  const [before, after] = contracts.value;
  if (before === undefined || after === undefined)
    return err({ code: "bad-usage", message: "two contracts are compared" });
  const view = await chooseView(io, options);
  if (!view.ok) return view;
  return ok(
    await judge({ before, after, perspective, view: view.value, now: io.now().toISOString() }),
  );
}

async function judge(request: {
  readonly before: ContractShape;
  readonly after: ContractShape;
  readonly perspective: Perspective;
  readonly view: GraphView | undefined;
  readonly now: string;
}): Promise<ContractDiffAnswer> {
  const { judgeContractDiff } = await import("#lib/usecases/contracts/judge-contract-diff.ts");
  const { view, ...rest } = request;
  return judgeContractDiff({ ...rest, ...(view === undefined ? {} : { view }) });
}

/** The graph that names consumers, where there is one: two files can be compared without any. */
async function chooseView(
  io: CliIo,
  options: ContractOptions,
): Promise<Result<GraphView | undefined, Failure>> {
  if (options.from === undefined && !(await hasStore(io, options))) return ok(undefined);
  const claims = await readClaims(io, options);
  if (!claims.ok) return claims;
  const { mergeClaims } = await import("#lib/graph/merge-claims.ts");
  const { createGraphView } = await import("#lib/usecases/graph/graph-view.ts");
  return ok(
    createGraphView(mergeClaims(claims.value, 1), { version: 1, at: io.now().toISOString() }),
  );
}
