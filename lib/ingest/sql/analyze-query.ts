import type { AssetId } from "#lib/model/asset-id.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { PlanColumn, QueryPlan } from "#lib/model/query-plan.ts";
import { analyseQueryBody } from "./analyze-query-body.ts";
import { analyseStatement, movesData, type StatementInput } from "./analyze-statement.ts";
import type { Statement } from "./ast.ts";
import { type ContractedEdge, contractPlan } from "./contract-plan.ts";
import { type Dialect, findDialect } from "./dialect.ts";
import type { Analysis } from "./expression-context.ts";
import { findMentions } from "./find-mentions.ts";
import { normaliseSql } from "./normalise-sql.ts";
import { finishPlan, orderRelations, type RelationBuilder } from "./plan-builder.ts";
import { Allowance, MAX_STAR_COLUMNS, PlanLimitError } from "./plan-limit.ts";
import type { QueryTrace } from "./query-trace.ts";
import { holdsQuery, readBeside, readUnknown } from "./read-beside.ts";
import { scanTables } from "./scan-tables.ts";
import type { TableSchema } from "./scope.ts";
import { createsTemporary, madeByQuery, SessionTables, targetName } from "./session-tables.ts";
import { SourceText } from "./source-text.ts";
import { MAX_SQL_LENGTH, parseSql, type SqlParser } from "./sql-parser.ts";
import type { Writes } from "./writes.ts";

/** A table that a query names. */
export interface TableRead {
  readonly path: readonly string[];
  /** Absent: no asset answers to the name. */
  readonly asset?: AssetId;
  /** 1-based. */
  readonly line?: number;
}

export type QueryEdge = ContractedEdge;

export interface QueryAnalysis {
  /** Absent where the SQL was not understood: `edges` then hold UNKNOWN from every table that was found in the text. */
  readonly plan?: QueryPlan;
  /** In the order of the projection. */
  readonly outputs: readonly PlanColumn[];
  readonly edges: readonly QueryEdge[];
  readonly reads: readonly TableRead[];
  readonly writes?: Writes;
  /** Lines and columns inside the SQL. */
  readonly problems: readonly Problem[];
}

export type LookupTable = (path: readonly string[]) => TableSchema | undefined;

export interface AnalyzeQueryInput {
  readonly sql: string;
  /** Our spelling or a usual alias; unknown names are read as generic SQL, with a problem. */
  readonly dialect: string;
  /** What names without database or schema mean, outermost first. */
  readonly defaultPath?: readonly string[];
  /** The schema of a table by its path as written (folded as the dialect folds); undefined: no asset has this name. */
  readonly lookup: LookupTable;
  readonly parser: SqlParser;
  /** Is told what the names and blocks of the text came to. */
  readonly trace?: QueryTrace;
  /** Milliseconds of a clock that only goes forward. With it a statement that takes over 10 s comes back as coarse. */
  readonly now?: () => number;
}

/**
 * Milliseconds for one statement. The limits on size keep the worst text near one second on a quiet machine; this is far
 * above it, because an answer that depended on how busy a machine is would not be the same answer everywhere.
 */
const TIME_BUDGET = 10_000;

/** Stops an analysis that takes too long; asked between its phases and before every inner query. */
function startBudget(now: (() => number) | undefined): () => void {
  if (!now) return () => undefined;
  const end = now() + TIME_BUDGET;
  return () => {
    if (now() > end)
      throw new PlanLimitError(`the analysis took more than ${TIME_BUDGET / 1000} seconds`);
  };
}

/**
 * Column lineage of one query or statement: a plan with uses, and the same contracted to asset columns. SQL that is not
 * understood gives table grain with use UNKNOWN and a problem, never an empty answer that reads as safe. Linear in the text.
 */
export function analyzeQuery(input: AnalyzeQueryInput): QueryAnalysis {
  const dialect = findDialect(input.dialect) ?? "generic";
  const problems: Problem[] = [];
  const spend = startBudget(input.now);
  if (!findDialect(input.dialect)) {
    problems.push({
      code: "sql-not-understood",
      message: `the dialect "${input.dialect}" is not known; the SQL is read as generic SQL`,
      severity: "info",
    });
  }
  const parsed = parseSql({ sql: input.sql, dialect, parser: input.parser });
  if (!parsed.ok) return analyseCoarsely({ ...input, dialect, problem: parsed.error, problems });
  const statement = chooseStatement(parsed.value.statements);
  if (statement === undefined) {
    const problem: Problem = {
      code: "sql-not-understood",
      message: "there is no query in the text",
      severity: "warning",
    };
    return analyseCoarsely({ ...input, dialect, problem, problems });
  }
  const { statements, text } = parsed.value;
  const earlier = statements.slice(0, statements.indexOf(statement));
  noteFurther(statements, problems);
  try {
    spend();
    return analyzeStatement({ ...input, dialect, statement, earlier, text, problems, spend });
  } catch (error) {
    // One statement that trips the analysis must not cost the lineage of all others: it is told, and stays unknown.
    return analyseCoarsely({ ...input, dialect, problem: brokenOff(error), problems });
  }
}

function brokenOff(error: unknown): Problem {
  const text = error instanceof Error ? error.message : String(error);
  const isLimit = error instanceof RangeError;
  return {
    code: isLimit ? "sql-limit" : "sql-not-understood",
    message: isLimit ? limitText(error) : `the analysis broke off: ${text}`,
    next: "Only the tables it reads are known.",
    severity: "warning",
  };
}

/** The statement that a text is about: the last one that reads or writes (declarations and settings come before it). */
function chooseStatement(statements: readonly Statement[]): Statement | undefined {
  return statements.filter(movesData).at(-1) ?? statements.at(-1);
}

function noteFurther(statements: readonly Statement[], problems: Problem[]): void {
  const last = statements.filter(movesData).at(-1);
  const session = new Set(
    statements
      .filter((one) => createsTemporary(one) || (one !== last && madeByQuery(one) !== undefined))
      .map(targetName),
  );
  const count = statements.filter(
    (statement) => movesData(statement) && !session.has(targetName(statement) ?? " "),
  ).length;
  if (count < 2) return;
  problems.push({
    code: "sql-not-understood",
    message: `the text holds ${count} statements that read or write; the last one gives the columns`,
    severity: "warning",
  });
}

const limitText = (error: RangeError): string =>
  error instanceof PlanLimitError ? error.message : "the SQL is nested too deeply to be analysed";

export interface AnalyzeStatementInput extends Omit<AnalyzeQueryInput, "dialect"> {
  readonly dialect: Dialect;
  readonly statement: Statement;
  /** What the script did before: its temporary tables are looked through. */
  readonly earlier?: readonly Statement[];
  /** The text that the statement's positions refer to. */
  readonly text: string;
  readonly problems: Problem[];
  /** Throws where the time is over. */
  readonly spend?: () => void;
}

/** Whether a CTE that nothing reads is checked all the same. Measured: PostgreSQL does it, DuckDB (1.5) does not. */
const bindsUnusedCtes = (dialect: Dialect): boolean => dialect !== "duckdb";

/** As `analyzeQuery`, of a statement that is parsed already. */
export function analyzeStatement(input: AnalyzeStatementInput): QueryAnalysis {
  const { dialect, problems, spend } = input;
  const reads = new Map<string, TableRead>();
  const ctes: RelationBuilder[] = [];
  const lookup = withDefaultPath(input.lookup, input.defaultPath);
  const noteCte = (relation: RelationBuilder): void => {
    if (bindsUnusedCtes(dialect)) ctes.push(relation);
    spend?.();
  };
  const session = new SessionTables();
  const analysis: Analysis = {
    dialect,
    text: new SourceText(input.text),
    lookup,
    problems,
    session,
    ...(input.trace ? { trace: input.trace } : {}),
    starColumns: new Allowance(MAX_STAR_COLUMNS, "columns out of stars"),
    noteRead: (path, schema, line) => {
      const key = `${path.join("\u0000")}\u0000${schema?.asset ?? ""}`;
      if (!reads.has(key)) {
        reads.set(key, {
          path,
          ...(schema ? { asset: schema.asset } : {}),
          ...(line > 0 ? { line } : {}),
        });
      }
    },
    analyseSubquery: ({ query, scope }) => {
      spend?.();
      return analyseQueryBody({
        analysis,
        query,
        parent: scope,
        ctes: scope.ctes,
        label: "subquery",
        noteCte,
      });
    },
  };
  const beside: Statement[] = [];
  for (const statement of input.earlier ?? []) {
    const filled = session.add({ analysis, statement, noteCte }, analyseStatement);
    if (filled) ctes.push(filled);
    else if (!session.keeps(statement)) beside.push(statement);
  }
  const made = analyseStatement({ analysis, statement: input.statement, noteCte });
  if (made.notFollowed !== undefined)
    return analyseCoarsely({ ...input, problem: notFollowed(made.notFollowed) });
  if (!made.relation && !made.writes && holdsQuery(input.statement))
    return analyseCoarsely({ ...input, problem: notFollowed("its query is not followed") });
  if (made.relation) {
    addBeside({ analysis, noteCte, result: made.relation, statements: beside });
    addMentions({ analysis, sql: input.sql, result: made.relation, reads });
  }
  if (!made.relation) {
    return {
      outputs: [],
      edges: [],
      reads: [...reads.values()],
      ...(made.writes ? { writes: made.writes } : {}),
      problems,
    };
  }
  const plan = finishPlan(made.relation, ctes);
  input.trace?.finish({
    statements: [...(input.earlier ?? []), input.statement],
    text: input.text,
    written: input.sql,
    order: orderRelations(made.relation, ctes),
  });
  spend?.();
  return {
    plan,
    outputs: made.relation.columns,
    edges: contractOrCoarse(plan, problems),
    reads: [...reads.values()],
    ...(made.writes ? { writes: made.writes } : {}),
    problems,
  };
}

interface BesideInput extends Omit<StatementInput, "statement"> {
  readonly result: RelationBuilder;
  readonly statements: readonly Statement[];
}

/** Every statement of a text counts for its owner, not the last one only. */
function addBeside({ result, statements, ...input }: BesideInput): void {
  for (const statement of statements) {
    const isFollowed = movesData(statement);
    const made = isFollowed ? analyseStatement({ ...input, statement }) : undefined;
    if (made?.relation) readBeside(result, made);
    else if (isFollowed || holdsQuery(statement)) readUnknown(result, statement, input.analysis);
  }
}

interface MentionInput {
  readonly analysis: Analysis;
  readonly sql: string;
  readonly result: RelationBuilder;
  readonly reads: ReadonlyMap<string, TableRead>;
}

/** A query that reads something, and no table that is known: what its text mentions may be what it reads. */
function addMentions({ analysis, sql, result, reads }: MentionInput): void {
  const isFound = [...reads.values()].some((read) => read.asset !== undefined);
  const isHidden = analysis.problems.some((problem) => problem.code === "sql-not-understood");
  if (isFound || (reads.size > 0 && !isHidden) || !READS.test(sql)) return;
  if (reads.size === 0 && !isHidden && !CALLED_TABLE.test(sql)) return;
  for (const { path, schema } of findMentions(sql, analysis.dialect, analysis.lookup)) {
    analysis.noteRead(path, schema, 0);
    const input = result.inputFor({ asset: schema.asset }, "exists");
    result.addEdge({ input, use: "UNKNOWN" });
  }
}

const READS = /\b(?:from|join|table|using|summarize|describe|execute)\b/i;
/** A table that a call names: `from identifier('t')`, `from query_table('t')`. */
const CALLED_TABLE =
  /\b(?:from|join)\s+(?:table\s*)?\(?\s*\w+\s*\(|\bfrom\s*\(?\s*(?:table|summarize|describe|show)\b/i;

const notFollowed = (message: string): Problem => ({
  code: "sql-not-understood",
  message,
  next: "Only the tables are known. State the columns in a graph file where they matter.",
  severity: "warning",
});

/** Where the contracted edges would be too many, every asset that is read is an unknown; the plan itself stays exact. */
function contractOrCoarse(plan: QueryPlan, problems: Problem[]): QueryEdge[] {
  try {
    return contractPlan(plan);
  } catch (error) {
    if (!(error instanceof PlanLimitError)) throw error;
    problems.push({ code: "sql-limit", message: error.message, severity: "warning" });
    const inputs = plan.relations.flatMap((relation) => relation.inputs);
    const assets = new Set(inputs.flatMap((input) => ("asset" in input ? [input.asset] : [])));
    return [...assets].map((asset) => ({ from: { asset }, use: "UNKNOWN" }));
  }
}

function withDefaultPath(
  lookup: LookupTable,
  defaultPath: readonly string[] | undefined,
): LookupTable {
  const known = new Map<string, TableSchema | undefined>();
  return (path) => {
    const key = path.join("\u0000");
    if (known.has(key)) return known.get(key);
    const missing = defaultPath
      ? defaultPath.slice(0, Math.max(0, defaultPath.length + 1 - path.length))
      : [];
    const found = (missing.length > 0 ? lookup([...missing, ...path]) : undefined) ?? lookup(path);
    known.set(key, found);
    return found;
  };
}

interface CoarseInput extends Omit<AnalyzeQueryInput, "dialect"> {
  readonly dialect: Dialect;
  readonly problem: Problem;
  readonly problems: Problem[];
}

/** Table grain for what could not be read: every name after FROM and JOIN, with use UNKNOWN. */
function analyseCoarsely({
  sql,
  dialect,
  lookup,
  defaultPath,
  problem,
  problems,
}: CoarseInput): QueryAnalysis {
  const find = withDefaultPath(lookup, defaultPath);
  const scanned = scanTables(
    sql.length > MAX_SQL_LENGTH ? sql : normaliseSql(sql, dialect),
    dialect,
  );
  const inPlace = scanned.reads.flatMap(({ path, line }): readonly TableRead[] => {
    const schema = find(path);
    if (schema === undefined) return [{ path, line }];
    const tables = schema.matches?.map(({ table }) => table) ?? [schema];
    return tables.map(({ asset }) => ({ path, asset, line }));
  });
  const mentioned =
    inPlace.length > 0 || sql.length > MAX_SQL_LENGTH ? [] : findMentions(sql, dialect, find);
  const reads: readonly TableRead[] = [
    ...inPlace,
    ...mentioned.map(({ path, schema }) => ({ path, asset: schema.asset })),
  ];
  const assets = [
    ...new Set(reads.flatMap((read) => (read.asset === undefined ? [] : [read.asset]))),
  ];
  return {
    outputs: [],
    edges: assets.map((asset) => ({ from: { asset }, use: "UNKNOWN" })),
    reads,
    ...(scanned.writes ? { writes: scanned.writes } : {}),
    problems: [...problems, problem],
  };
}
