import { findContractFaults } from "#lib/ingest/contract/contract-faults.ts";
import { type ContractShape, readContractShape } from "#lib/ingest/contract/contract-shape.ts";
import { asRecord, asText } from "#lib/ingest/loose-value.ts";
import { parseJsonText, parseYamlText } from "#lib/ingest/parse-structured-text.ts";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { SourceFile } from "#lib/model/fact.ts";
import type { Failure } from "../failure.ts";

/**
 * A contract of ODCS 3.0 to 3.2, YAML or JSON, as promises that can be compared and checked. One that is written otherwise
 * than the standard says is refused with the places.
 */
export function readContractFile({ path, text }: SourceFile): Result<ContractShape, Failure> {
  const parsed = /^\s*\{/.test(text) ? parseJsonText(path, text) : parseYamlText(path, text);
  if (!parsed.ok) return err({ ...parsed.error, message: `${path}: ${parsed.error.message}` });
  const contract = asRecord(parsed.value);
  const version = asText(contract?.["apiVersion"]);
  if (contract === undefined || version === undefined)
    return err({
      code: "wrong-shape",
      message: `${path} is no data contract: it has no apiVersion`,
      next: "write apiVersion: v3.1.0 and kind: DataContract",
    });
  if (!/^v?3\./.test(version))
    return err({
      code: "wrong-version",
      message: `${path}: apiVersion ${version} is not read here`,
      next: "ODCS 3.0, 3.1 and 3.2 are",
    });
  const faults = findContractFaults(contract);
  if (faults.length > 0)
    return err({
      code: "wrong-shape",
      message: `${path}: ${tellFaults(faults)}`,
      next: "nothing was judged: a promise that cannot be read would count as kept",
    });
  return ok(readContractShape(contract));
}

const TOLD = 5;

const tellFaults = (faults: readonly string[]): string =>
  [
    ...faults.slice(0, TOLD),
    ...(faults.length > TOLD ? [`and ${faults.length - TOLD} more`] : []),
  ].join("; ");
