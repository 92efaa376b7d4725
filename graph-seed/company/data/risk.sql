create table risk_ops.review_decisions as
select 100000 + i * 9 as order_id, ['approve', 'approve', 'reject', 'approve'][1 + i % 4] as decision, case when i % 7 = 0 then null else 'queue-' || (1 + i % 3) end as queue,
       timestamp '2026-07-02 09:00:00' + to_minutes((i * 1993) % 196000) as decided_at
from range(1, 101) t(i);
