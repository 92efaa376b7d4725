select query_text, cast(searched_at as date) as day, count(*) as searches, count(clicked_sku) as clicks
from lake_files.search_events
group by query_text, cast(searched_at as date)
