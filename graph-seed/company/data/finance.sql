create table erp.gl_entries as
select i as entry_id, ['4400', '4410', '6300', '6740', '1200'][1 + i % 5] as account, date '2026-07-01' + cast((i * 7) % 138 as integer) as booked_on,
       cast((case when i % 5 < 2 then 1 else -1 end) * (2000 + (i * 1231) % 90000) as bigint) as amount_cents, case when i % 10 = 0 then null else 'CC-' || (10 + i % 7) end as cost_centre
from range(1, 601) t(i);
