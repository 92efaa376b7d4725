create table ads.campaigns as
select i as campaign_id, ['Autumn Living', 'Welcome Series', 'Free Shipping Week', 'Loyalty 15', 'Brand Search', 'Retargeting'][i] as campaign_name,
       ['AUTUMN26', 'WELCOME10', 'FREESHIP', 'LOYAL15', null, null][i] as discount_code,
       ['social', 'email', 'social', 'email', 'search', 'display'][i] as medium, date '2026-07-01' as starts_on
from range(1, 7) t(i);

create table ads.spend_daily as
select c as campaign_id, date '2026-07-01' + cast(d as integer) as day, cast(1200 + (c * 577 + d * 91) % 5200 as bigint) as spend_cents, 300 + (c * 71 + d * 13) % 900 as clicks
from range(1, 7) t(c), range(0, 138) u(d);

create table ads.clicks as
select i as click_id, 1 + i % 6 as campaign_id, case when i % 4 = 0 then null else 1 + (i * 17) % 240 end as customer_id,
       timestamp '2026-07-01 04:00:00' + to_minutes((i * 151) % 198000) as clicked_at, ['phone', 'desktop'][1 + i % 2] as device
from range(1, 1301) t(i);

create table ads.newsletter_sends as
select i as send_id, 1 + (i * 11) % 240 as customer_id, ['Autumn Living', 'Welcome Series', 'Loyalty 15'][1 + i % 3] as campaign_name,
       date '2026-07-06' + cast(i // 25 as integer) as sent_on, i % 3 <> 0 as opened, i % 11 = 0 as unsubscribed
from range(1, 1201) t(i);
