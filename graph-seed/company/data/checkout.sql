-- Rows for the shop's own database. Everything is arithmetic on a counter, so every build has the same rows.
insert into checkout.orders
select
  100000 + i,
  case when (i * 37) % 23 = 0 then null else 1 + (i * 53) % 240 end,
  ['web', 'web', 'app', 'app', 'store', 'marketplace'][1 + (i * 7) % 6],
  case when i > 860 then ['placed', 'paid', 'packed'][1 + i % 3]
       else ['delivered', 'delivered', 'delivered', 'delivered', 'shipped', 'cancelled', 'returned'][1 + (i * 11) % 7] end,
  ['EUR', 'EUR', 'EUR', 'EUR', 'SEK', 'GBP', 'CHF'][1 + (i * 13) % 7],
  990 + (i * 7919) % 24000,
  case when i % 4 = 0 then 200 + (i * 31) % 1500 else 0 end,
  case when i % 4 = 0 then ['WELCOME10', 'AUTUMN26', 'FREESHIP', 'LOYAL15'][1 + (i // 4) % 4] end,
  ['DE', 'DE', 'NL', 'SE', 'GB', 'CH', 'AT'][1 + (i * 13) % 7],
  timestamp '2026-07-01 06:00:00' + to_minutes((i * 221) % 200000),
  case when i % 9 = 0 then null else timestamp '2026-07-02 06:00:00' + to_minutes((i * 221) % 200000) end
from range(1, 901) t(i);

insert into checkout.order_items
select 500000 + i * 3 + k, 100000 + i, 'SKU-' || lpad(cast(1 + (i * 17 + k * 29) % 60 as varchar), 4, '0'),
       1 + (i + k) % 3, 490 + (i * 397 + k * 911) % 7000
from range(1, 901) t(i), range(0, 3) u(k)
where k <= i % 3;

insert into checkout.carts
select i, case when i % 5 = 0 then null else 1 + (i * 41) % 240 end,
       timestamp '2026-09-01 07:00:00' + to_minutes((i * 307) % 108000),
       case when i % 3 = 0 then timestamp '2026-09-01 08:10:00' + to_minutes((i * 307) % 108000) end,
       1 + i % 6
from range(1, 401) t(i);

insert into checkout.sessions
select i, case when i % 2 = 0 then null else 1 + (i * 19) % 240 end,
       ['phone', 'phone', 'desktop', 'tablet'][1 + i % 4],
       timestamp '2026-10-01 00:00:00' + to_minutes((i * 83) % 66000),
       ['product', 'product', 'cart', 'address', 'payment', 'confirmation'][1 + (i * 5) % 6]
from range(1, 801) t(i);

-- The order events on Kafka: one a state change. Units and country ride along for the warehouse.
create table kafka.checkout_order_events as
select
  'evt-' || lpad(cast(i as varchar), 6, '0') as event_id,
  100000 + 1 + (i * 7) % 900 as order_id,
  ['placed', 'paid', 'packed', 'shipped', 'delivered'][1 + i % 5] as event_type,
  'SKU-' || lpad(cast(1 + (i * 23) % 60 as varchar), 4, '0') as sku,
  1 + i % 4 as units,
  ['HAM1', 'HAM1', 'ROT2', 'GOT3'][1 + (i * 3) % 4] as warehouse_code,
  timestamp '2026-10-05 00:00:00' + to_minutes((i * 97) % 60000) as occurred_at
from range(1, 1201) t(i);
