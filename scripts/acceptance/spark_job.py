"""A small job: two files joined, filtered and summed. What OpenLineage's listener makes of it is sent to the server."""
import os
import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as f

folder = sys.argv[1]
spark = (
    SparkSession.builder.master("local[1]")
    .appName("tolls")
    .config("spark.jars", os.environ["OPENLINEAGE_JAR"])
    .config("spark.extraListeners", "io.openlineage.spark.agent.OpenLineageSparkListener")
    .config("spark.openlineage.transport.type", "http")
    .config("spark.openlineage.transport.url", os.environ["OPENLINEAGE_URL_FOR_SPARK"])
    .config("spark.openlineage.namespace", "acceptance")
    .config("spark.sql.shuffle.partitions", "1")
    .config("spark.ui.enabled", "false")
    .getOrCreate()
)
rows = [(1, 10, 250), (2, 11, 300), (3, 10, 475)]
spark.createDataFrame(rows, "crossing_id long, gate_id long, cents long").write.mode("overwrite").parquet(
    f"{folder}/lake/crossings"
)
spark.createDataFrame([(10, "north"), (11, "south")], "gate_id long, side string").write.mode("overwrite").parquet(
    f"{folder}/lake/gates"
)
crossings = spark.read.parquet(f"{folder}/lake/crossings")
gates = spark.read.parquet(f"{folder}/lake/gates")
(
    crossings.where("cents > 0")
    .join(gates, "gate_id")
    .groupBy("side")
    .agg(f.sum("cents").alias("toll"), f.count("*").alias("crossings"))
    .write.mode("overwrite")
    .parquet(f"{folder}/lake/tolls_by_gate")
)
spark.stop()
