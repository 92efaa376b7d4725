"""Column lineage of the same models by sqlglot, for bench/sql-lineage.ts.

stdin: {"dialect", "schema": {db: {table: {column: type}}}, "models": [{"name", "sql"}]}
stdout: {"version", "seconds", "edges": {model: {column: ["schema.table.column", ...]}}, "failed": [model, ...]}
"""
import json
import sys
import time

import sqlglot
from sqlglot import exp
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope


def leaves(node):
    for part in node.walk():
        source = part.source
        if not part.downstream and isinstance(source, exp.Table):
            db = source.db or ""
            yield f"{db}.{source.name}.{part.name.split('.')[-1]}".lower().replace('"', "")


def main():
    given = json.load(sys.stdin)
    dialect, schema = given["dialect"], given["schema"]
    edges, failed = {}, []
    started = time.process_time()
    for model in given["models"]:
        try:
            tree = sqlglot.parse_one(model["sql"], dialect=dialect)
            tree = qualify(tree, dialect=dialect, schema=schema, validate_qualify_columns=False, identify=False)
            scope = build_scope(tree)
            columns = {}
            for name in tree.named_selects:
                node = lineage(name, tree, schema=schema, dialect=dialect, scope=scope, trim_selects=False)
                columns[name.lower()] = sorted(set(leaves(node)))
            edges[model["name"]] = columns
        except Exception:
            failed.append(model["name"])
    seconds = time.process_time() - started
    json.dump({"version": sqlglot.__version__, "seconds": seconds, "edges": edges, "failed": failed}, sys.stdout)


main()
