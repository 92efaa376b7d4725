"""A fare pipeline of four SQL tasks in two task groups, one of which fails."""
from __future__ import annotations

from datetime import datetime

from airflow.models.dag import DAG
from airflow.operators.empty import EmptyOperator
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.utils.task_group import TaskGroup


def sql(task_id: str, text: str) -> SQLExecuteQueryOperator:
    return SQLExecuteQueryOperator(task_id=task_id, conn_id="fares", sql=text, autocommit=True)


with DAG("fare_pipeline", start_date=datetime(2026, 1, 1), schedule=None, tags=["fares"]):
    with TaskGroup("load") as load:
        clean = sql(
            "clean",
            """
            insert into clean.trips (trip_id, zone_id, cents)
            select trip_id, zone_id, cents from raw.trips where cents > 0
            """,
        )
    with TaskGroup("report") as report:
        daily = sql(
            "by_zone",
            """
            create table mart.fares_by_zone as
            select z.zone_name, sum(t.cents) / 100.0 as euros, count(*) as trips
            from clean.trips t join raw.zones z on z.zone_id = t.zone_id
            group by z.zone_name
            """,
        )
        refunds = sql(
            "refunds",
            "insert into mart.refunds (trip_id, cents) select trip_id, refunded_cents from clean.trips",
        )
    done = EmptyOperator(task_id="done", trigger_rule="all_done")
    load >> report >> done
