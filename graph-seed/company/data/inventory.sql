create table kafka.stock_movements as
select i as movement_id, 'SKU-' || lpad(cast(1 + (i * 7) % 60 as varchar), 4, '0') as sku, ['HAM1', 'ROT2', 'GOT3'][1 + i % 3] as warehouse_code,
       ['receipt', 'pick', 'pick', 'pick', 'return', 'stocktake'][1 + (i * 5) % 6] as kind, case when (i * 5) % 6 in (0, 4) then 24 else -(1 + i % 4) end as units,
       timestamp '2026-10-01 00:00:00' + to_minutes((i * 71) % 66000) as moved_at
from range(1, 1401) t(i);

create table lake_files.supplier_lead_times as
select 'SKU-' || lpad(cast(i as varchar), 4, '0') as sku, ['Polska Tkanina', 'Lumen Fabriek', 'Smaland Tra'][1 + i % 3] as supplier, case when i % 12 = 0 then null else 7 + (i * 5) % 40 end as lead_days
from range(1, 61) t(i);
