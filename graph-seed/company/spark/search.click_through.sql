select query_text, clicked_sku as sku, count(*) as clicks, avg(clicked_position) as average_position
from lake_files.search_events
where clicked_sku is not null
group by query_text, clicked_sku
