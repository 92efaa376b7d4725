"""Writes the file that the feature view is made of."""
from datetime import datetime, timezone

import pandas as pd

pd.DataFrame(
    {
        "rider_id": [7, 8],
        "rides": [12, 3],
        "mean_fare": [12.5, 9.0],
        "event_timestamp": [datetime(2026, 1, 1, tzinfo=timezone.utc)] * 2,
    }
).to_parquet("rider_stats.parquet")
