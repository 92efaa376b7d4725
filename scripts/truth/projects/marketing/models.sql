-- view stg_google
select day as date_day, campaign_id, sum(cost_micros) / 1000000.0 as spend, sum(clicks) as clicks, sum(impressions) as impressions, 'google' as platform from raw.ads_google group by 1, 2
-- view stg_meta
select date_start::date as date_day, campaign_id, spend::double as spend, clicks::int as clicks, null::int as impressions, 'meta' as platform,
 list_sum(list_transform(list_filter(actions, a -> a.action_type = 'purchase'), a -> a.value)) as purchases from raw.ads_meta
-- table ad_performance
select * from (select date_day, campaign_id, platform, spend, clicks, impressions, cast(null as hugeint) as purchases from main.stg_google) union all by name select * from main.stg_meta
-- table campaign_dim
select campaign_id, name as campaign_name, string_split(name, '|')[2] as market, split_part(name, '|', 3) as tactic, coalesce(budget, 0) as budget, status = 'ENABLED' as is_live, regexp_extract(campaign_id, '^([a-z])_', 1) as platform_code from raw.campaigns
-- table campaign_daily
select p.date_day, p.campaign_id, c.market, c.tactic, sum(p.spend) as spend, sum(p.clicks) as clicks, sum(p.impressions) as impressions, sum(p.spend) / nullif(sum(p.clicks), 0) as cpc, sum(p.clicks) / nullif(sum(p.impressions), 0) as ctr
from main.ad_performance p left join main.campaign_dim c on c.campaign_id = p.campaign_id group by all
-- table touches_flat
select touch_id, visitor, touched_at, json_extract_string(props, '$.utm.source') as source, props->'utm'->>'campaign' as campaign_id, cast(props->>'$.cost' as integer) as touch_cost, page_depth from raw.touches
-- table all_touches
select visitor, touched_at, source, campaign_id, 'site' as kind from main.touches_flat where page_depth > 1 or page_depth is null
union all
select visitor, sent_on::timestamp, 'email', meta['template'], 'email' from raw.emails where clicked
-- table attribution_paths
select c.conv_id, c.visitor, c.converted_at, c.value, c.conv_type, t.source, t.campaign_id, t.touched_at,
 row_number() over (partition by c.conv_id order by t.touched_at, t.source) as touch_no, row_number() over (partition by c.conv_id order by t.touched_at desc, t.source) as touch_no_rev, count(*) over (partition by c.conv_id) as path_len
from raw.conversions c join main.all_touches t on t.visitor = c.visitor and t.touched_at <= c.converted_at and t.touched_at > c.converted_at - interval 14 day
-- table attribution
select conv_id, source, campaign_id, value, case when touch_no = 1 then value else 0 end as first_touch, case when touch_no_rev = 1 then 1.0 * value else 0 end as last_touch, value / path_len as linear,
 case when path_len = 1 then value when touch_no = 1 or touch_no_rev = 1 then value * 0.4 else value * 0.2 / nullif(path_len - 2, 0) end as u_shape
from main.attribution_paths where conv_type = 'order'
-- table channel_report
select source, count(distinct conv_id) as conversions, sum(first_touch) as first_touch, sum(last_touch) as last_touch, round(sum(linear), 2) as linear, sum(u_shape) as u_shape from main.attribution group by source
-- table roas
select d.campaign_id, any_value(d.market) as market, sum(d.spend) as spend, coalesce(max(a.revenue), 0) as revenue, coalesce(max(a.revenue), 0) / nullif(sum(d.spend), 0) as roas from main.campaign_daily d left join (select campaign_id, sum(linear) as revenue from main.attribution group by campaign_id) a on a.campaign_id = d.campaign_id group by d.campaign_id
-- table paths
select path, count(*) as n, avg(value) as avg_value from (select conv_id, max(value) as value, string_agg(source, ' > ' order by touched_at) as path from main.attribution_paths group by conv_id) group by path
-- table leads_flat
select lead_id, person.first || ' ' || coalesce(person.last, '') as full_name, person.addr.city as city, struct_extract(person, 'last') as last_name, visitor, coalesce(stage, 'Lead') as stage, score, width_bucket_score from (select *, case when score >= 80 then 'hot' when score >= 40 then 'warm' else 'cold' end as width_bucket_score from raw.leads)
-- table lead_funnel
select city, count(*) as leads, count(*) filter (stage in ('MQL', 'SQL', 'Customer')) as mql, count_if(stage = 'Customer') as customers, avg(score) as avg_score from main.leads_flat group by city
-- table deals
select d.deal_id, l.full_name, l.city, d.amount, d.stage, d.closed_on, d.closed_on - t.first_at::date as days_from_first_touch, greatest(d.amount, 1000) as weighted
from raw.crm_deals d join main.leads_flat l using (lead_id) left join (select visitor, min(touched_at) as first_at from main.all_touches group by visitor) t on t.visitor = l.visitor
-- table email_stats
select meta['subject'] as subject, map_extract(meta, 'template')[1] as template, count(*) as sent, sum(opened::int) as opens, sum(if(clicked, 1, 0)) as clicks, mean(opened::int) as open_rate from raw.emails group by 1, 2
-- table visitor_profile
select coalesce(t.visitor, e.visitor) as visitor, t.touches, t.last_touch, t.sources, e.sends, c.revenue, c.conv_id is not null as converted
from (select visitor, count(*) as touches, max(touched_at) as last_touch, list_sort(array_agg(distinct source)) as sources from main.touches_flat group by visitor) t
full join (select visitor, count(*) as sends from raw.emails group by visitor) e on e.visitor = t.visitor
left join (select visitor, min(conv_id) as conv_id, sum(value) as revenue from raw.conversions group by visitor) c on c.visitor = coalesce(t.visitor, e.visitor)
-- table budget_pacing
select c.campaign_id, c.budget, s.spend, case when c.budget = 0 then null else s.spend / c.budget end as pacing, s.first_day, c.is_live and s.spend > c.budget as overspent from main.campaign_dim c left join lateral (select sum(d.spend) as spend, min(d.date_day) as first_day from main.campaign_daily d where d.campaign_id = c.campaign_id) s on true
