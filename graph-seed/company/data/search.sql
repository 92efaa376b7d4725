create table lake_files.search_events as
select 'q-' || i as query_id, ['sofa', 'lamp', 'wool rug', 'sheets', 'bowl', 'shelf', 'sideboard'][1 + i % 7] as query_text, i % 9 as results_shown,
       case when i % 3 = 0 then null else 'SKU-' || lpad(cast(1 + (i * 31) % 60 as varchar), 4, '0') end as clicked_sku,
       case when i % 3 = 0 then null else 1 + (i * 5) % 12 end as clicked_position,
       case when i % 5 = 0 then null else 1 + (i * 43) % 240 end as customer_id, timestamp '2026-10-01 00:00:00' + to_minutes((i * 59) % 66000) as searched_at
from range(1, 1501) t(i);

create table lake_files.relevance_labels as
select ['sofa', 'lamp', 'wool rug', 'sheets', 'bowl', 'shelf', 'sideboard'][1 + i % 7] as query_text, 'SKU-' || lpad(cast(1 + (i * 13) % 60 as varchar), 4, '0') as sku, i % 4 as grade
from range(1, 301) t(i);
