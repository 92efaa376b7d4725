import type { Problem } from "#lib/model/problem.ts";
import type { Connector } from "./parse-connectors.ts";

const problemOf = (
  { name, provenance }: Connector,
  said: Pick<Problem, "code" | "message"> & { readonly next: string },
): Problem => ({
  ...said,
  message: `connector ${name}: ${said.message}`,
  ...(provenance.file === undefined ? {} : { file: provenance.file }),
  ...(provenance.line === undefined ? {} : { line: provenance.line }),
  severity: "warning",
});

export const notRead = (connector: Connector): Problem => ({
  ...problemOf(connector, {
    code: "not-recognised",
    message: "it fills topics from a system that is not read here",
    next: "Tell what fills the topics by OpenLineage, or in a graph file.",
  }),
  severity: "info",
});

export const noTopics = (connector: Connector): Problem =>
  problemOf(connector, {
    code: "wrong-shape",
    message: "its topics are named by a pattern, which says nothing of the topics there are",
    next: "Read the worker itself (kafka-connect+http://…), list them as `topics`, or in a graph file.",
  });

export const noTables = (connector: Connector, pattern: string): Problem =>
  problemOf(connector, {
    code: "wrong-shape",
    message: `its tables are named by a pattern (${pattern}), which says nothing of the tables there are`,
    next: "Read the worker itself (kafka-connect+http://…), which knows its topics, or list the tables.",
  });

export const noDatabase = (connector: Connector): Problem =>
  problemOf(connector, {
    code: "wrong-shape",
    message: "which database it reads is not said",
    next: "The connector needs its connection's address.",
  });

export const unknownClass = (connector: Connector): Problem =>
  problemOf(connector, {
    code: "unknown-kind",
    message: `where ${connector.config.get("connector.class") ?? "a connector without class"} writes is not known`,
    next: "It is shown as an application that reads its topics; say in a graph file what it writes.",
  });

export const notFollowed = (connector: Connector, transform: string): Problem =>
  problemOf(connector, {
    code: "wrong-shape",
    message: `the transform ${transform} is not followed; which columns come out of it is not known`,
    next: "Say in a graph file which column becomes which.",
  });
