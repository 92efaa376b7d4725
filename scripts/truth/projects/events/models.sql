-- table events_clean
select event_id, anonymous_id, user_id as raw_user_id, event_name, ts, ts::date as event_date, url, ctx.utm_source as utm_source, ctx.device as device, revenue, tags
from raw.events e
anti join raw.bots b using (anonymous_id)
qualify row_number() over (partition by event_id order by ts) = 1
-- table identities
select anonymous_id, arg_max(user_id, linked_at) as user_id, count(*) as links from raw.identity_map group by anonymous_id
-- table events_identified
select e.* exclude (raw_user_id), coalesce(e.raw_user_id, i.user_id) as user_id, e.raw_user_id is null as stitched
from main.events_clean e left join main.identities i on i.anonymous_id = e.anonymous_id
-- table session_starts
select *, case when ts - lag(ts) over w > interval 30 minute or lag(ts) over w is null then 1 else 0 end as is_new_session
from main.events_identified window w as (partition by anonymous_id order by ts)
-- table events_sessionized
select *, anonymous_id || '-' || sum(is_new_session) over (partition by anonymous_id order by ts rows unbounded preceding) as session_id from main.session_starts
-- table sessions
select session_id, any_value(user_id) as user_id, min(ts) as started_at, max(ts) as ended_at, date_diff('second', min(ts), max(ts)) as duration_s, count(*) as events, count(*) filter (where event_name = 'page_view') as page_views,
  first(url order by ts) as landing_url, last(url order by ts) as exit_url, first(utm_source order by ts) filter (where utm_source is not null) as source, bool_or(event_name = 'purchase') as converted, sum(revenue) as revenue, list(distinct event_name) as event_names
from main.events_sessionized group by session_id
-- table funnel_steps
select user_id, min(ts) filter (event_name = 'page_view') as t_view, min(ts) filter (event_name = 'add_to_cart') as t_cart, min(case when event_name = 'checkout' then ts end) as t_checkout, min(case when event_name = 'purchase' then ts end) as t_purchase
from main.events_identified where user_id is not null group by 1
-- table funnel
select 'view' as step, 1 as ord, count(t_view) as users from main.funnel_steps
union all select 'cart', 2, count(*) from main.funnel_steps where t_cart > t_view
union all select 'checkout', 3, sum(case when t_checkout > t_cart and t_cart > t_view then 1 else 0 end) from main.funnel_steps
union all select 'purchase', 4, count_if(t_purchase is not null) from main.funnel_steps
-- table tag_counts
with flat as (select event_id, user_id, unnest(tags) as tag from main.events_identified)
select tag, count(*) as uses, count(distinct user_id) as users from flat group by tag order by uses desc
-- table purchase_items
select o.event_id, e.user_id, e.event_date, it.sku, it.qty, o.payload->>'$.coupon' as coupon, (o.payload->>'total')::integer as total, json_extract(o.payload, '$.gift')::boolean as is_gift
from raw.order_items o join main.events_identified e on e.event_id = o.event_id, unnest(o.items) as u(it)
-- table sku_pairs
select a.sku as sku_a, b.sku as sku_b, count(*) as together from main.purchase_items a join main.purchase_items b on a.event_id = b.event_id and a.sku < b.sku group by all
-- table daily_actives
with d as (select distinct event_date, user_id from main.events_identified where user_id is not null)
select d1.event_date, count(distinct d1.user_id) as dau, count(distinct d7.user_id) as wau, round(count(distinct d1.user_id) / count(distinct d7.user_id), 3) as stickiness
from d d1 join d d7 on d7.event_date between d1.event_date - 6 and d1.event_date group by 1
-- table retention
with c as (select user_id, date_trunc('month', signup_date) as cohort, signup_date from raw.users where not is_internal),
a as (select distinct c.cohort, c.user_id, floor(date_diff('day', c.signup_date, e.event_date) / 7) as week_no from c join main.events_identified e on e.user_id = c.user_id)
select cohort, week_no, count(distinct user_id) as users, first_value(count(distinct user_id)) over (partition by cohort order by week_no) as base_users from a group by cohort, week_no
-- table experiment_results
with exposed as (select experiment, user_id, min(arm) as arm, min(exposed_at) as exposed_at from raw.experiments group by 1, 2 having count(distinct arm) = 1),
conv as (select x.experiment, x.arm, x.user_id, max(case when e.event_name = 'purchase' and e.ts >= x.exposed_at then 1 else 0 end) as converted, coalesce(sum(e.revenue) filter (e.ts >= x.exposed_at), 0) as rev from exposed x left join main.events_identified e on e.user_id = x.user_id group by 1, 2, 3)
select experiment, arm, count(*) as n, avg(converted) as cr, avg(rev) as arpu, stddev_samp(rev) as sd from conv group by 1, 2
-- table first_touch
select distinct on (user_id) user_id, utm_source, ts as touched_at from main.events_identified where utm_source is not null and user_id is not null order by user_id, ts
-- table user_360
from raw.users u left join main.first_touch f using (user_id) left join (select user_id, count(*) as sessions, sum(revenue) as revenue, max(ended_at)::date as last_seen, max(duration_s) as longest from main.sessions group by user_id) s using (user_id)
select u.user_id, coalesce(u.country, '??') as country, u.acq_channel, f.utm_source as first_source, coalesce(s.sessions, 0) as sessions, s.revenue, s.last_seen, ntile(4) over (order by s.revenue nulls first, u.user_id) as quartile, s.longest
where not u.is_internal
-- table page_stats
select coalesce(p.title, e.url) as page, p.page_type, count(*) as views, count(distinct e.anonymous_id) as visitors, lag(count(*)) over (partition by p.page_type order by count(*)) as next_smaller
from main.events_clean e left join raw.page_dim p on p.url = e.url where e.event_name = 'page_view' and e.url is not null group by 1, 2
-- view hot_pages
select page, views from main.page_stats where views > (select avg(views) from main.page_stats)
-- table device_pivot
pivot (select event_date, device, revenue from main.events_clean where revenue is not null) on device in ('ios', 'web') using sum(revenue) group by event_date
