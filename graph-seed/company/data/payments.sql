create table payments_db.charges as
select 'ch_' || lpad(cast(i as varchar), 6, '0') as charge_id, 100000 + i as order_id,
       cast(990 + (i * 7919) % 24000 as bigint) as amount_cents,
       ['EUR', 'EUR', 'EUR', 'EUR', 'SEK', 'GBP', 'CHF'][1 + (i * 13) % 7] as currency,
       ['card', 'card', 'paypal', 'invoice', 'giftcard'][1 + (i * 7) % 5] as method,
       case when i % 29 = 0 then 'failed' when i % 31 = 0 then 'disputed' else 'captured' end as status,
       cast(18 + (i * 7919) % 240 as bigint) as fee_cents,
       timestamp '2026-07-01 06:05:00' + to_minutes((i * 221) % 200000) as captured_at
from range(1, 901) t(i);

create table payments_db.refunds as
select 're_' || lpad(cast(i as varchar), 5, '0') as refund_id, 'ch_' || lpad(cast(i * 7 as varchar), 6, '0') as charge_id,
       cast(400 + (i * 1237) % 9000 as bigint) as amount_cents,
       case when i % 5 = 0 then null else ['damaged', 'late', 'changed_mind', 'wrong_item'][1 + i % 4] end as reason,
       timestamp '2026-07-09 12:00:00' + to_minutes((i * 1447) % 190000) as refunded_at
from range(1, 121) t(i);

create table payments_db.disputes as
select 'dp_' || lpad(cast(i as varchar), 4, '0') as dispute_id, 'ch_' || lpad(cast(i * 31 as varchar), 6, '0') as charge_id,
       ['fraud', 'not_received', 'fraud', 'duplicate'][1 + i % 4] as reason_code,
       case when i % 3 = 0 then 'lost' when i % 3 = 1 then 'won' else 'open' end as outcome,
       timestamp '2026-08-01 00:00:00' + to_minutes(i * 4111) as opened_at
from range(1, 30) t(i);

create table payments_db.payouts as
select i as payout_id, ['EUR', 'SEK', 'GBP', 'CHF'][1 + i % 4] as currency, cast(250000 + (i * 8861) % 400000 as bigint) as net_cents,
       date '2026-07-03' + cast(i * 2 as integer) as paid_on
from range(1, 69) t(i);
