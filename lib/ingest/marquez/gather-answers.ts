import { asList, asRecord, asText, type LooseRecord, recordsIn } from "#lib/ingest/loose-value.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import type { Provenance } from "#lib/model/edge.ts";
import {
  columnsIn,
  keyOf,
  listOf,
  type MarquezDataset,
  type MarquezJob,
  nameOf,
} from "./marquez-record.ts";

/** What all answers of a Marquez say together, whichever of its addresses they came from. */
export class Answers {
  readonly datasets = new Map<string, MarquezDataset>();
  readonly jobs = new Map<string, MarquezJob>();

  /** One answer; false where it is none of Marquez's. */
  add(value: unknown, provenance: Provenance): boolean {
    const record = asRecord(value);
    const list = asList(value);
    if (list !== undefined) return recordsIn(list).every((item) => this.add(item, provenance));
    if (record === undefined) return false;
    if (record["graph"] !== undefined) {
      for (const node of listOf(record, "graph")) this.#addNode(node, provenance);
      return true;
    }
    if (["datasets", "jobs", "namespaces"].some((key) => asList(record[key]) !== undefined)) {
      for (const one of listOf(record, "datasets")) this.#addDataset(one, provenance);
      for (const one of listOf(record, "jobs")) this.#addJob(one, provenance);
      return true;
    }
    return this.#addOne(record, provenance);
  }

  /** A dataset has fields or a physical name, a job what it reads and writes. */
  #addOne(record: LooseRecord, provenance: Provenance): boolean {
    if (nameOf(record) === undefined) return false;
    if (record["fields"] !== undefined || record["physicalName"] !== undefined)
      this.#addDataset(record, provenance);
    else if (record["inputs"] !== undefined || record["outputs"] !== undefined)
      this.#addJob(record, provenance);
    else return false;
    return true;
  }

  #addNode(node: LooseRecord, provenance: Provenance): void {
    const data = asRecord(node["data"]);
    const type = asText(node["type"]);
    if (type === "DATASET" && data) this.#addDataset(data, provenance);
    if (type === "JOB" && data) this.#addJob(data, provenance);
    if (type === "DATASET_FIELD" && data) this.#addField(data, provenance);
  }

  #addDataset(record: LooseRecord, provenance: Provenance): void {
    const name = nameOf(record);
    if (name === undefined) return;
    const dataset = this.#dataset(name, provenance);
    dataset.record = { ...dataset.record, ...record };
    for (const column of columnsIn(record["columnLineage"])) dataset.columns.push(column);
  }

  /** A node of the column lineage says what its own column is made from. */
  #addField(data: LooseRecord, provenance: Provenance): void {
    const name = nameOf({ namespace: data["namespace"], name: data["dataset"] });
    const field = asText(data["field"]);
    if (name === undefined || field === undefined) return;
    const inputs = listOf(data, "inputFields");
    // A column that is only read is there as well.
    if (inputs.length > 0) this.#dataset(name, provenance).columns.push({ field, inputs });
  }

  #addJob(record: LooseRecord, provenance: Provenance): void {
    const name = nameOf(record);
    if (name === undefined) return;
    const known = this.jobs.get(keyOf(name));
    const job = known ?? {
      name,
      record: {},
      inputs: new Map<string, AssetName>(),
      outputs: new Map<string, AssetName>(),
      provenance,
    };
    this.jobs.set(keyOf(name), job);
    job.record = { ...job.record, ...record };
    for (const [key, all] of [
      ["inputs", job.inputs],
      ["outputs", job.outputs],
    ] as const) {
      for (const one of listOf(record, key)) {
        const end = nameOf(one);
        if (end !== undefined) all.set(keyOf(end), end);
      }
    }
  }

  #dataset(name: AssetName, provenance: Provenance): MarquezDataset {
    const known = this.datasets.get(keyOf(name));
    if (known !== undefined) return known;
    const made: MarquezDataset = { name, record: {}, columns: [], provenance };
    this.datasets.set(keyOf(name), made);
    return made;
  }
}
