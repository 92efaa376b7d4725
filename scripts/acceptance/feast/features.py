from datetime import timedelta

from feast import Entity, FeatureService, FeatureView, Field, FileSource
from feast.types import Float64, Int64

rider = Entity(name="rider", join_keys=["rider_id"])
source = FileSource(name="rider_file", path="rider_stats.parquet", timestamp_field="event_timestamp")
rider_stats = FeatureView(
    name="rider_stats",
    entities=[rider],
    ttl=timedelta(days=1),
    schema=[Field(name="rides", dtype=Int64), Field(name="mean_fare", dtype=Float64)],
    source=source,
)
pricing = FeatureService(name="pricing", features=[rider_stats[["mean_fare"]]])
