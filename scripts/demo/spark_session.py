"""One Spark session that answers orders: a JSON object a line from stdin, one a line to stdout.

Tables are held in memory under the name of a temporary view, with the columns and rows that Spark gave them; views are
held by their text, as Spark holds them.

{"table": name, "sql"}      makes a table of a query; the old one stays where it fails
{"view": name, "sql"}       makes a view, or replaces it
{"file": name, "path"}      makes a table of a Parquet file; with "declared" and "names" read with declared columns, renamed
{"columns": sql}            answers {"columns": [[name, type]]}
{"rows": sql}               answers {"columns", "rows"} with values as texts or null
{"remember": true}          what is there now is what "put_back" brings back, in one go

An error of Spark's is {"error": message}. The first line that is written says the version.

Arguments: a folder that the session may write to, and "true" or "false" for spark.sql.ansi.enabled.
"""

import datetime
import json
import os
import sys

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col


def plain(value):
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ")
    return str(value)


def message_of(error):
    """What Java said first of all, where the error is one of Java's."""
    cause = getattr(error, "java_exception", None)
    while cause is not None and cause.getCause() is not None:
        cause = cause.getCause()
    return str(error if cause is None else cause.toString()).strip()[:2000]


def columns_of(frame):
    return [[field.name, field.dataType.simpleString()] for field in frame.schema.fields]


def open_session(folder, ansi):
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.driver.memory", "1g")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.extraJavaOptions", "-XX:+UseSerialGC -XX:MaxMetaspaceSize=256m -XX:TieredStopAtLevel=1")
        .config("spark.ui.enabled", "false")
        .config("spark.local.dir", f"{folder}/local")
        .config("spark.sql.warehouse.dir", f"{folder}/warehouse")
        .config("spark.sql.catalogImplementation", "in-memory")
        .config("spark.sql.ansi.enabled", ansi)
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.default.parallelism", "1")
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.sql.parquet.inferTimestampNTZ.enabled", "false")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    return spark


class Relations:
    def __init__(self, spark):
        self.spark = spark
        self.held = {}
        self.remembered = {}

    def put(self, name, made):
        """`made`: the text of a view, or the rows of a table."""
        if isinstance(made, str):
            self.spark.sql(f"create or replace temp view `{name}` as {made}")
        else:
            made.createOrReplaceTempView(name)
        self.held[name] = made

    def table(self, name, frame):
        rows = frame._jdf.collectAsList()
        kept = self.spark._jsparkSession.createDataFrame(rows, frame._jdf.schema())
        self.put(name, DataFrame(kept, self.spark))

    def file(self, name, order):
        reader = self.spark.read
        if "declared" in order:
            reader = reader.schema(order["declared"])
        frame = reader.parquet(order["path"])
        if "names" in order:
            frame = frame.select([col(f"`{one}`").alias(alias) for one, alias in order["names"]])
        self.table(name, frame)

    def remember(self):
        self.remembered = dict(self.held)

    def put_back(self):
        for name, made in self.remembered.items():
            if self.held.get(name) is not made:
                self.put(name, made)


def answer(spark, relations, order):
    if "table" in order:
        relations.table(order["table"], spark.sql(order["sql"]))
    elif "view" in order:
        relations.put(order["view"], order["sql"])
    elif "file" in order:
        relations.file(order["file"], order)
    elif "remember" in order:
        relations.remember()
    elif "put_back" in order:
        relations.put_back()
    elif "columns" in order:
        return {"columns": columns_of(spark.sql(order["columns"]))}
    else:
        frame = spark.sql(order["rows"])
        rows = [[plain(value) for value in row] for row in frame.collect()]
        return {"columns": columns_of(frame), "rows": rows}
    return {}


def main():
    # What Java writes to the standard output is no answer.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    spark = open_session(sys.argv[1], sys.argv[2])
    relations = Relations(spark)

    def tell(reply):
        answers.write(json.dumps(reply) + "\n")
        answers.flush()

    tell({"version": spark.version})
    for line in sys.stdin:
        try:
            tell(answer(spark, relations, json.loads(line)))
        except Exception as error:  # every error of the engine is an answer
            tell({"error": message_of(error)})
    spark.stop()


main()
