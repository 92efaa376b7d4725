"""Runs the cells of cells.ts on Spark. Reads {fill, cells} as JSON from stdin and prints what each mode did with each cell.

Modes: "legacy" and "ansi" (spark.sql.ansi.enabled). Output: {version, outcomes: {mode: [{before, after}]}}, where each
side is either a list of rows of texts or null, where the engine gave an error.
"""

import json
import shutil
import sys
import tempfile

from pyspark.sql import SparkSession


def text(value):
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


class Runner:
    def __init__(self, spark, folder, fill):
        self.spark = spark
        self.folder = folder
        self.before = {}
        for name in ("base_t", "base_u"):
            spark.sql(f"drop table if exists {name}")
        for sql in fill:
            spark.sql(f"{sql} using parquet" if sql.startswith("create") else sql)
        self.declared = spark.table("base_t").schema

    def rows(self, cell, changed, select):
        """The rows of the cell's query, with the changed table made of `select`."""
        spark = self.spark
        other = "u" if changed == "t" else "t"
        spark.sql(f"create or replace temp view {other} as select * from base_{other}")
        if cell.get("file"):
            path = f"{self.folder}/file"
            spark.sql(f"select {select} from base_{changed}").write.mode("overwrite").parquet(path)
            spark.catalog.refreshByPath(path)
            spark.read.schema(self.declared).parquet(path).createOrReplaceTempView(changed)
        else:
            spark.sql(f"create or replace temp view {changed} as select {select} from base_{changed}")
        if "into" in cell:
            spark.sql("drop table if exists target")
            spark.sql(f"create table target ({cell['into']['columns']}) using parquet")
            spark.sql(cell["into"]["insert"])
        return [[text(value) for value in row] for row in spark.sql(cell["sql"]).collect()]

    def attempt(self, cell, select):
        try:
            return self.rows(cell, cell["table"], select)
        except Exception as error:  # every error of the engine is an outcome
            if "--errors" in sys.argv:
                print(cell["sql"], str(error)[:300].replace("\n", " "), file=sys.stderr)
            return None

    def run(self, cell):
        key = json.dumps([cell["table"], cell["sql"], cell.get("into"), cell.get("file")])
        if key not in self.before:
            self.before[key] = self.attempt(cell, "*")
        return {"before": self.before[key], "after": self.attempt(cell, cell["list"])}


def main():
    given = json.load(sys.stdin)
    folder = tempfile.mkdtemp(prefix="faultline-spark-")
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.default.parallelism", "1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.warehouse.dir", f"{folder}/warehouse")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.adaptive.enabled", "false")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    outcomes = {}
    try:
        for mode, ansi in (("legacy", "false"), ("ansi", "true")):
            spark.conf.set("spark.sql.ansi.enabled", ansi)
            runner = Runner(spark, folder, given["fill"])
            outcomes[mode] = [runner.run(cell) for cell in given["cells"]]
        json.dump({"version": spark.version, "outcomes": outcomes}, sys.stdout)
    finally:
        spark.stop()
        shutil.rmtree(folder, ignore_errors=True)


main()
