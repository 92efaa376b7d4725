create table crm.customers as
select i as customer_id, 'customer' || i || '@mail.example' as email,
       case when i % 8 = 0 then null else date '1952-02-01' + cast((i * 311) % 17000 as integer) end as birth_date,
       ['DE', 'DE', 'NL', 'SE', 'GB', 'CH', 'AT'][1 + (i * 13) % 7] as country,
       timestamp '2023-01-05 10:00:00' + to_hours((i * 137) % 30000) as registered_at,
       ['organic', 'paid_search', 'newsletter', 'friend', 'marketplace'][1 + (i * 3) % 5] as acquisition_channel,
       i % 3 = 0 as is_loyalty_member
from range(1, 241) t(i);

create table crm.addresses as
select i as address_id, 1 + (i * 7) % 240 as customer_id, ['billing', 'shipping'][1 + i % 2] as kind,
       ['20095', '1012', '11122', 'EC1A', '8001', '1010', '50667'][1 + i % 7] as postal_code,
       case when i % 10 = 0 then null else ['Hamburg', 'Amsterdam', 'Stockholm', 'London', 'Zürich', 'Wien', 'Köln'][1 + i % 7] end as city
from range(1, 361) t(i);

create table crm.consents as
select i as customer_id, i % 4 <> 0 as newsletter, i % 3 = 0 as profiling, timestamp '2026-01-10 00:00:00' + to_hours((i * 31) % 7000) as updated_at
from range(1, 241) t(i);
