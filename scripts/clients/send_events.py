"""Sends a run, a job and a dataset with OpenLineage's own Python client, as the environment configures it."""

from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import (
    Dataset,
    DatasetEvent,
    InputDataset,
    Job,
    JobEvent,
    OutputDataset,
    Run,
    RunEvent,
    RunState,
)
from openlineage.client.facet_v2 import (
    column_lineage_dataset,
    ownership_dataset,
    schema_dataset,
    sql_job,
)
from openlineage.client.uuid import generate_new_uuid

PRODUCER = "https://faultline.example/clients/python"
NAMESPACE = "postgres://warehouse:5432"


def schema(**columns):
    fields = [schema_dataset.SchemaDatasetFacetFields(name=n, type=t) for n, t in columns.items()]
    return schema_dataset.SchemaDatasetFacet(fields=fields)


def lineage(column, source, field):
    step = column_lineage_dataset.Transformation(type="DIRECT", subtype="AGGREGATION")
    read = column_lineage_dataset.InputField(
        namespace=NAMESPACE, name=source, field=field, transformations=[step]
    )
    fields = {column: column_lineage_dataset.Fields(inputFields=[read])}
    return column_lineage_dataset.ColumnLineageDatasetFacet(fields=fields)


client = OpenLineageClient()
run = Run(runId=str(generate_new_uuid()))
job = Job(namespace="etl", name="daily_revenue")
orders = InputDataset(
    namespace=NAMESPACE, name="shop.raw.orders", facets={"schema": schema(id="BIGINT", amount="BIGINT")}
)
revenue = OutputDataset(
    namespace=NAMESPACE,
    name="shop.mart.revenue",
    facets={
        "schema": schema(total="BIGINT"),
        "columnLineage": lineage("total", "shop.raw.orders", "amount"),
    },
)
for state, minute in ((RunState.START, 0), (RunState.COMPLETE, 5)):
    client.emit(
        RunEvent(
            eventType=state,
            eventTime=f"2026-03-03T02:{minute:02}:00.123456+00:00",
            run=run,
            job=job,
            producer=PRODUCER,
            inputs=[orders],
            outputs=[revenue],
        )
    )
client.emit(
    JobEvent(
        eventTime="2026-03-03T03:00:00Z",
        producer=PRODUCER,
        job=Job(
            namespace="etl",
            name="weekly_report",
            facets={"sql": sql_job.SQLJobFacet(query="select sum(total) from shop.mart.revenue")},
        ),
        inputs=[InputDataset(namespace=NAMESPACE, name="shop.mart.revenue")],
    )
)
owner = ownership_dataset.Owner(name="team:finance", type="OWNER")
client.emit(
    DatasetEvent(
        eventTime="2026-03-03T04:00:00Z",
        producer=PRODUCER,
        dataset=Dataset(
            namespace=NAMESPACE,
            name="shop.mart.revenue",
            facets={"ownership": ownership_dataset.OwnershipDatasetFacet(owners=[owner])},
        ),
    )
)
client.close()
