create table lake_files.carrier_scans as
select 'PX' || lpad(cast(i as varchar), 7, '0') as parcel_id, 100000 + 1 + (i * 7) % 900 as order_id, ['NordPost', 'Parcello', 'Rapide'][1 + i % 3] as carrier,
       600 + (i * 389) % 21000 as weight_g, ['DE', 'NL', 'SE', 'GB', 'CH', 'AT'][1 + i % 6] as country,
       timestamp '2026-10-05 05:00:00' + to_minutes((i * 67) % 60000) as handed_over_at, case when i % 8 = 0 then null else timestamp '2026-10-07 10:00:00' + to_minutes((i * 67) % 60000) end as delivered_at
from range(1, 901) t(i);

create table sheets.carrier_rates as
select carrier, country, base_cents, cents_per_kg
from (values ('NordPost', 'DE', 390, 45), ('NordPost', 'SE', 520, 60), ('NordPost', 'NL', 450, 52), ('Parcello', 'DE', 370, 48), ('Parcello', 'NL', 410, 50), ('Parcello', 'AT', 470, 55),
             ('Rapide', 'GB', 690, 88), ('Rapide', 'CH', 720, 91), ('Rapide', 'DE', 610, 70)) v(carrier, country, base_cents, cents_per_kg);

create table sheets.warehouse_calendar as
select ['HAM1', 'ROT2', 'GOT3'][1 + i % 3] as warehouse_code, date '2026-10-01' + cast(i // 3 as integer) as day, case when (i // 3) % 7 = 6 then 0 else 2 + i % 2 end as shifts
from range(0, 180) t(i);
