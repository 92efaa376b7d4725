import type { ManagedTransaction } from "neo4j-driver";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { Edge } from "#lib/model/edge.ts";
import { storageKey } from "../storage-key.ts";
import { StoreFailure, whole } from "./neo4j-access.ts";
import type { NumberedClaim, ReadableNodes } from "./readable-nodes.ts";

type LinkType = "READS" | "WRITES" | "PART_OF" | "OWNS" | "IN_DOMAIN";
type EdgeType = "DERIVES" | "INFLUENCES";

/** Relationships of one kind: a list for each field, because a map for each costs the server more than the edge itself. */
class RelationLists {
  readonly from: (string | undefined)[] = [];
  readonly to: (string | undefined)[] = [];
  readonly claim: unknown[] = [];
}

class EdgeLists extends RelationLists {
  readonly use: string[] = [];
  /** Empty where none of the edges has an expression. */
  readonly expression: string[] = [];
}

/** What a page of claims says, as relationships between nodes that are all there. */
export interface ReadableEdges {
  readonly edges: Readonly<Record<EdgeType, { plain: EdgeLists; expressed: EdgeLists }>>;
  /** Ends are Neo4j's ids, but owners and domains are named by their keys. */
  readonly links: Readonly<Record<LinkType, RelationLists>>;
}

export function buildReadableEdges(
  claims: readonly NumberedClaim[],
  nodes: ReadableNodes,
): ReadableEdges {
  const both = () => ({ plain: new EdgeLists(), expressed: new EdgeLists() });
  const built: ReadableEdges = {
    edges: { DERIVES: both(), INFLUENCES: both() },
    links: {
      READS: new RelationLists(),
      WRITES: new RelationLists(),
      PART_OF: new RelationLists(),
      OWNS: new RelationLists(),
      IN_DOMAIN: new RelationLists(),
    },
  };
  for (const claim of claims) addClaim(claim, nodes, built);
  return built;
}

function addClaim(
  { id, claim, domain }: NumberedClaim,
  nodes: ReadableNodes,
  { edges, links }: ReadableEdges,
): void {
  const asset = nodes.asset(claim.asset).id;
  const number = whole(id);
  const link = (type: LinkType, from: string | undefined, to: string | undefined): void => {
    links[type].from.push(from);
    links[type].to.push(to);
    links[type].claim.push(number);
  };
  const { owner, partOf } = claim.attributes;
  if (owner !== undefined) link("OWNS", storageKey(owner), asset);
  if (domain !== undefined) link("IN_DOMAIN", asset, storageKey(domain));
  if (partOf !== undefined) link("PART_OF", asset, nodes.asset(partOf).id);
  const read = new Set<AssetId>();
  const moved = new Map<AssetId, Set<AssetId>>();
  for (const edge of claim.edges) {
    if (edge.to.asset !== claim.asset) continue;
    if (edge.from.asset !== claim.asset) read.add(edge.from.asset);
    if (edge.via !== undefined) addTo(moved, edge.via, edge.from.asset);
    addEdge(edge, number, nodes, edges);
  }
  for (const from of read) link("READS", asset, nodes.asset(from).id);
  for (const [job, inputs] of moved) {
    link("WRITES", nodes.asset(job).id, asset);
    for (const input of inputs) link("READS", nodes.asset(job).id, nodes.asset(input).id);
  }
}

function addEdge(
  { from, to, use, expression }: Edge,
  claim: unknown,
  nodes: ReadableNodes,
  edges: ReadableEdges["edges"],
): void {
  const { plain, expressed } = edges[to.column === undefined ? "INFLUENCES" : "DERIVES"];
  const lists = expression === undefined ? plain : expressed;
  lists.from.push(endOf(from, nodes));
  lists.to.push(endOf(to, nodes));
  lists.claim.push(claim);
  lists.use.push(use);
  if (expression !== undefined) lists.expression.push(expression);
}

const endOf = ({ asset, column }: Edge["from"], nodes: ReadableNodes): string | undefined =>
  column === undefined ? nodes.asset(asset).id : nodes.column(asset, column).id;

function addTo<K, V>(sets: Map<K, Set<V>>, key: K, value: V): void {
  const known = sets.get(key);
  if (known === undefined) sets.set(key, new Set([value]));
  else known.add(value);
}

/** Throws, so that nothing of the page is kept, where a node is not there any more. */
export async function writeReadableEdges(
  tx: ManagedTransaction,
  { edges, links }: ReadableEdges,
  validFrom: unknown,
): Promise<void> {
  // Sent one after another without waiting for the answers: the server is never idle between them.
  await Promise.all([
    ...Object.entries(edges).flatMap(([type, { plain, expressed }]) => [
      write(tx, edgeStatement(type, PLAIN), plain, validFrom),
      write(tx, edgeStatement(type, EXPRESSED), expressed, validFrom),
    ]),
    ...Object.entries(links).map(([type, lists]) =>
      write(tx, linkStatement(type as LinkType), lists, validFrom),
    ),
  ]);
}

async function write(
  tx: ManagedTransaction,
  statement: string,
  lists: RelationLists,
  validFrom: unknown,
): Promise<void> {
  if (lists.from.length === 0) return;
  const { summary } = await tx.run(statement, { ...lists, validFrom });
  const { relationshipsCreated } = summary.counters.updates();
  if (relationshipsCreated !== lists.from.length) throw new StoreFailure(nodesMissing);
}

const nodesMissing = {
  code: "conflict",
  message: "Nodes that were just found are not there any more.",
} as const;

const PLAIN = "use: $use[i], claim: $claim[i], validFrom: $validFrom";
const EXPRESSED = `${PLAIN}, expression: $expression[i]`;

const FROM_ID = "MATCH (from) WHERE elementId(from) = $from[i]";
const TO_ID = "MATCH (to) WHERE elementId(to) = $to[i]";

const edgeStatement = (type: string, properties: string): string => `
UNWIND range(0, size($from) - 1) AS i ${FROM_ID} ${TO_ID} CREATE (from)-[:${type} {${properties}}]->(to)`;

function linkStatement(type: LinkType): string {
  const from = type === "OWNS" ? "MATCH (from:Owner {key: $from[i]})" : FROM_ID;
  const to = type === "IN_DOMAIN" ? "MATCH (to:Domain {key: $to[i]})" : TO_ID;
  return `UNWIND range(0, size($from) - 1) AS i ${from} ${to}
    CREATE (from)-[:${type} {claim: $claim[i], validFrom: $validFrom}]->(to)`;
}
