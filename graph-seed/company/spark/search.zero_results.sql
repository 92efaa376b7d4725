select query_text, count(*) as searches, max(searched_at) as last_seen_at
from lake_files.search_events
where results_shown = 0
group by query_text
