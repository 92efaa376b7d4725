create table pricing_tool.price_list as
select 'SKU-' || lpad(cast(i as varchar), 4, '0') as sku, m as market, cast(890 + (i * 977) % 15000 + m_add as bigint) as list_price_cents,
       date '2026-07-01' as valid_from, case when i % 6 = 0 then date '2026-12-31' end as valid_to
from range(1, 61) t(i), (values ('DE', 0), ('NL', 100), ('SE', 350)) v(m, m_add);

create table pricing_tool.discount_codes as
select code, kind, percent_off, starts_on, ends_on
from (values ('WELCOME10', 'percent', 10, date '2026-01-01', null), ('AUTUMN26', 'percent', 20, date '2026-09-01', date '2026-11-30'),
             ('FREESHIP', 'shipping', null, date '2026-06-01', null), ('LOYAL15', 'percent', 15, date '2026-03-01', null)) v(code, kind, percent_off, starts_on, ends_on);

create table pricing_tool.competitor_prices as
select 'SKU-' || lpad(cast(1 + i % 60 as varchar), 4, '0') as sku, ['Möbelhaus Nord', 'Casa24', 'Lampenwelt'][1 + i % 3] as competitor,
       case when i % 14 = 0 then null else cast(850 + (i * 911) % 15500 as bigint) end as price_cents, date '2026-10-01' + cast(i % 40 as integer) as seen_on
from range(1, 401) t(i);
