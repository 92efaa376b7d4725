-- view stg_crm__customers unique=customer_id not_null=customer_id
with source as (

    select * from raw.crm_customers

),

renamed as (

    select
        customer_id,
        lower(trim(email)) as email,
        split_part(lower(trim(email)), '@', 2) as email_domain,
        coalesce(full_name, 'unknown') as customer_name,
        case when segment in ('residential', 'RES') then 'residential' else segment end as segment,
        cast(signup_at as timestamp) as signed_up_at,
        cast(date_trunc('day', signup_at) as date) as signup_date,
        nullif(referral_code, '') as referral_code,
        marketing_opt_in as has_opted_in,
        upper(trim(coalesce(country, 'DE'))) as country_code,
        birth_year,
        deleted_at is not null as is_deleted,
        deleted_at

    from source

)

select * from renamed
-- view stg_crm__addresses unique=address_id
with source as (select * from raw.crm_addresses)
select address_id, customer_id, initcap_city as city, postcode, substr(postcode, 1, 2) as postcode_area, coalesce(region_code, 'n/a') as region_code, is_primary, valid_from as address_valid_from
from (select *, upper(substr(city, 1, 1)) || lower(substr(city, 2)) as initcap_city from source)
-- view stg_crm__contracts unique=contract_id
with source as (
    select * from raw.contracts
), renamed as (
    select
        contract_id,
        customer_id,
        meter_id,
        upper(trim(tariff_code)) as tariff_code,
        status as contract_status,
        started_on,
        ended_on,
        cancel_reason,
        sales_channel,
        updated_at,
        status = 'active' as is_active
    from source
    where contract_id is not null
)
select * from renamed
-- view stg_ref__tariffs
select
    tariff_code || '-' || strftime(valid_from, '%Y%m%d') as tariff_version_id,
    tariff_code, valid_from, coalesce(valid_to, date '2999-12-31') as valid_to,
    price_ct_kwh / 100 as price_eur_kwh, standing_charge_ct / 100.0 as standing_charge_eur,
    product_family, is_green
from raw.tariffs
-- ephemeral base_meters
select meter_id, serial_no, meter_type, installed_on, grid_area,
    cast(config_json as json) as config
from raw.meters
-- table stg_grid__meters unique=meter_id not_null=meter_id
select
    meter_id,
    serial_no,
    meter_type,
    meter_type = 'smart' as is_smart,
    installed_on,
    extract(year from installed_on) as install_year,
    grid_area,
    json_extract_string(config, '$.fw') as firmware_version,
    config->'vendor'->>'name' as vendor_name,
    cast(config->>'max_kw' as integer) as max_kw
from main.base_meters
-- view stg_grid__reads
with source as (
    select * from raw.meter_reads
),
deduplicated as (
    select *, row_number() over (partition by meter_id, read_at::date order by loaded_at desc, read_id desc) as rn
    from source
)
select read_id, meter_id, read_at, cast(read_at as date) as read_date, reading_kwh, quality_flag, source_system, loaded_at
from deduplicated
where rn = 1 and quality_flag <> 'X'
-- view stg_billing__invoices unique=invoice_id not_null=contract_id
with source as (
    select * from raw.invoices
)
, final as (
    select
        invoice_id,
        contract_id,
        period_start,
        period_end,
        datediff('day', period_start, period_end) + 1 as period_days,
        net_ct / 100.0 as net_amount,
        vat_ct / 100.0 as vat_amount,
        (net_ct + vat_ct) / 100.0 as gross_amount,
        currency,
        status as invoice_status,
        issued_at
    from source
    where status <> 'void'
)
select * from final
-- view stg_billing__payments
select
    payment_id,
    invoice_id,
    paid_at,
    amount_ct / 100.0 as amount,
    coalesce(method, 'other') as payment_method,
    state as payment_state,
    cast(json_extract(gateway_payload, '$.risk.score') as integer) as risk_score,
    json_extract_string(gateway_payload, '$.risk.band') as risk_band,
    json_extract_string(gateway_payload, '$.gateway') as gateway
from raw.payments
-- view stg_web__events
select
    event_id,
    anonymous_id,
    customer_id,
    event_name,
    split_part(page_path, '?', 1) as page_path,
    occurred_at,
    device.os as device_os,
    device['app'] as is_app,
    device.screen.w as screen_width,
    coalesce(utm_source, 'direct') as utm_source
from raw.web_events
-- view stg_support__tickets
select
    ticket_id,
    customer_id,
    lower(category) as category,
    priority,
    opened_at,
    first_reply_at,
    closed_at,
    csat as csat_score,
    agent as agent_name,
    date_diff('minute', opened_at, first_reply_at) as first_reply_minutes,
    date_diff('hour', opened_at, closed_at) as resolution_hours,
    closed_at is null as is_open
from raw.tickets
-- view stg_grid__outages
select outage_id, grid_area, started_at, ended_at, coalesce(ended_at, started_at + interval 24 hour) as ended_at_filled,
    coalesce(cause, 'unknown') as cause, customers_hit
from raw.outages
-- view stg_leads__north
select 'north-' || lead_id as lead_key, contact_name, regexp_replace(phone, '[^0-9]', '', 'g') as phone_digits, lead_ts as created_at, nullif(product, '') as product_code, cost_eur, lower(email) as email, 'north' as partner
from raw.partner_leads_north
-- view stg_leads__south
select 'south-' || id as lead_key, name as contact_name, regexp_replace(telephone, '[^0-9]', '', 'g') as phone_digits, strptime(created, '%d.%m.%Y %H:%M') as created_at, upper(tariff) as product_code, cast(cost_cents as integer) / 100.0 as cost_eur, lower(mail) as email, 'south' as partner
from raw.partner_leads_south
-- table util_days
with rawdata as (
    select unnest(range(0, 731)) as n
), all_periods as (
    select cast(date '2023-01-01' + cast(n as integer) as date) as date_day from rawdata
)
select date_day, date_trunc('month', date_day) as date_month, extract(isodow from date_day) as weekday_no, extract(isodow from date_day) > 5 as is_weekend, strftime(date_day, '%Y-%m') as year_month
from all_periods
where date_day <= date '2024-12-31'
-- ephemeral int_leads__unioned
(
    select 'stg_leads__north' as _dbt_source_relation, lead_key, contact_name, phone_digits, created_at, product_code, cast(cost_eur as double) as cost_eur, email, partner from main.stg_leads__north
)
union all
(
    select 'stg_leads__south' as _dbt_source_relation, lead_key, contact_name, phone_digits, created_at, product_code, cast(cost_eur as double) as cost_eur, email, partner from main.stg_leads__south
)
-- table int_leads__matched
select l.lead_key, l.partner, l.created_at, l.product_code, l.cost_eur, c.customer_id, c.signed_up_at, c.customer_id is not null as is_matched,
    case when c.signed_up_at >= l.created_at then date_diff('day', l.created_at, c.signed_up_at) end as days_to_signup
from main.int_leads__unioned l
left join main.stg_crm__customers c on c.email = l.email and not c.is_deleted
-- table int_customers__primary_address unique=customer_id
select customer_id, city, postcode, postcode_area, region_code
from main.stg_crm__addresses
where is_primary
qualify row_number() over (partition by customer_id order by address_valid_from desc, address_id) = 1
-- table dim_customers unique=customer_id contract
with customers as (
    select * from main.stg_crm__customers
), addresses as (
    select * from main.int_customers__primary_address
), regions as (
    select * from seeds.region_map
), contracts as (
    select
        customer_id,
        min(started_on) as first_contract_on,
        max(started_on) as latest_contract_on,
        count(*) as contracts_total,
        count(case when is_active then 1 end) as contracts_active
    from main.stg_crm__contracts
    group by 1
)
select
    md5(cast(coalesce(cast(customers.customer_id as text), '_dbt_utils_surrogate_key_null_') as text)) as customer_key,
    customers.customer_id,
    customers.customer_name,
    customers.email_domain,
    customers.segment,
    customers.signup_date,
    customers.country_code,
    customers.has_opted_in,
    customers.is_deleted,
    case when customers.birth_year is null then 'n/a' when 2024 - customers.birth_year < 30 then 'under 30' when 2024 - customers.birth_year < 50 then '30 to 49' else '50 plus' end as age_band,
    addresses.city,
    addresses.postcode_area,
    coalesce(regions.region_name, 'other') as region_name,
    coalesce(regions.is_served, false) as is_served_region,
    contracts.first_contract_on,
    contracts.latest_contract_on,
    coalesce(contracts.contracts_total, 0) as contracts_total,
    coalesce(contracts.contracts_active, 0) as contracts_active,
    coalesce(contracts.contracts_active, 0) > 0 as is_active_customer
from customers
left join addresses using (customer_id)
left join regions on regions.region_code = addresses.region_code
left join contracts on contracts.customer_id = customers.customer_id
-- table dim_meters unique=meter_id
select m.meter_id, m.serial_no, m.meter_type, m.is_smart, m.install_year, m.grid_area, g.area_name, g.weather_area, g.co2_factor, coalesce(m.vendor_name, 'unknown') as vendor_name, m.firmware_version, m.max_kw,
    case when m.max_kw >= 20 then 'large' when m.max_kw >= 10 then 'medium' when m.max_kw is not null then 'small' end as size_class
from main.stg_grid__meters m
left join seeds.grid_areas g on m.grid_area = g.grid_area
-- table dim_tariffs
select tariff_version_id, tariff_code, valid_from, valid_to, price_eur_kwh, standing_charge_eur, product_family, is_green,
    valid_to = date '2999-12-31' as is_current,
    lag(price_eur_kwh) over (partition by tariff_code order by valid_from) as previous_price_eur_kwh
from main.stg_ref__tariffs
-- snapshot snap_contracts key=contract_id check=contract_status,tariff_code
select contract_id, customer_id, contract_status, tariff_code, started_on from main.stg_crm__contracts
-- table fct_contracts unique=contract_id required=contract_id
select
    c.contract_id,
    c.customer_id,
    c.meter_id,
    c.tariff_code,
    t.tariff_version_id,
    t.price_eur_kwh as start_price_eur_kwh,
    t.product_family,
    t.is_green,
    c.contract_status,
    c.is_active,
    c.started_on,
    c.ended_on,
    date_trunc('month', c.started_on) as start_month,
    coalesce(c.ended_on, date '2024-12-31') - c.started_on as tenure_days,
    c.cancel_reason,
    c.sales_channel,
    row_number() over (partition by c.customer_id order by c.started_on, c.contract_id) as contract_seq
from main.stg_crm__contracts c
left join main.dim_tariffs t
    on t.tariff_code = c.tariff_code
    and c.started_on between t.valid_from and t.valid_to
-- table int_reads__deltas
with reads as (
    select meter_id, read_date, reading_kwh, quality_flag,
        lag(reading_kwh) over w as prev_kwh,
        lag(read_date) over w as prev_date
    from main.stg_grid__reads
    window w as (partition by meter_id order by read_date)
)
select
    meter_id,
    prev_date,
    read_date,
    reading_kwh,
    reading_kwh - prev_kwh as consumed_kwh,
    read_date - prev_date as days_between,
    greatest(reading_kwh - prev_kwh, 0) / nullif(read_date - prev_date, 0) as kwh_per_day,
    quality_flag = 'E' as is_estimated
from reads
where prev_kwh is not null
-- incremental fct_consumption_monthly key=meter_id,month on_schema_change=append_new_columns
select
    d.meter_id,
    date_trunc('month', d.read_date) as month,
    sum(d.consumed_kwh) as consumed_kwh,
    avg(d.kwh_per_day) as avg_kwh_per_day,
    max(d.reading_kwh) as last_reading_kwh,
    bool_or(d.is_estimated) as has_estimate,
    count(*) as reads
from main.int_reads__deltas d
group by 1, 2
-- table int_meter_contract_days
select c.contract_id, c.customer_id, c.meter_id, d.date_day
from main.fct_contracts c
join main.util_days d on d.date_day >= c.started_on and d.date_day < coalesce(c.ended_on, date '2024-12-31')
where extract(day from d.date_day) = 1
-- table fct_contract_months
select
    cd.contract_id,
    cd.customer_id,
    cd.meter_id,
    cd.date_day as month,
    m.consumed_kwh,
    coalesce(m.consumed_kwh, 0) as consumed_kwh_filled,
    t.price_eur_kwh,
    t.standing_charge_eur,
    round(coalesce(m.consumed_kwh, 0) * t.price_eur_kwh + t.standing_charge_eur, 2) as expected_revenue
from main.int_meter_contract_days cd
join main.fct_contracts c on c.contract_id = cd.contract_id
left join main.fct_consumption_monthly m on m.meter_id = cd.meter_id and m.month = cd.date_day
left join main.dim_tariffs t on t.tariff_code = c.tariff_code and cd.date_day between t.valid_from and t.valid_to
-- table int_payments__by_invoice unique=invoice_id
select
    invoice_id,
    sum(case when payment_state = 'settled' then amount else 0 end) as settled_amount,
    sum(case when payment_state = 'refunded' then amount else 0 end) as refunded_amount,
    count(*) filter (where payment_state = 'failed') as failed_attempts,
    min(paid_at) filter (where payment_state = 'settled') as first_settled_at,
    max(risk_score) as max_risk_score,
    mode(payment_method) as main_method
from main.stg_billing__payments
group by invoice_id
-- incremental fct_invoices key=invoice_id on_schema_change=fail unique=invoice_id
select
    i.invoice_id,
    i.contract_id,
    c.customer_id,
    i.period_start,
    i.period_days,
    i.net_amount,
    i.vat_amount,
    i.gross_amount,
    i.currency,
    i.invoice_status,
    i.issued_at,
    p.settled_amount,
    coalesce(p.settled_amount, 0) - coalesce(p.refunded_amount, 0) as net_settled,
    i.gross_amount - coalesce(p.settled_amount, 0) as open_amount,
    coalesce(p.failed_attempts, 0) as failed_attempts,
    date_diff('day', i.issued_at, p.first_settled_at) as days_to_pay,
    p.main_method,
    p.max_risk_score
from main.stg_billing__invoices i
left join main.int_payments__by_invoice p on p.invoice_id = i.invoice_id
left join main.stg_crm__contracts c on c.contract_id = i.contract_id
-- incremental fct_payments key=payment_id on_schema_change=ignore
select payment_id, invoice_id, paid_at, cast(paid_at as date) as paid_on, amount, payment_method, payment_state, risk_band, coalesce(gateway, 'none') as gateway
from main.stg_billing__payments
/* when incremental */ where paid_at >= (select coalesce(max(paid_at), timestamp '1970-01-01') from main.fct_payments) - interval 400 day /* end */
-- view int_invoices__eur
select invoice_id, customer_id, contract_id, period_start, case when currency = 'CHF' then gross_amount * 1.04 else gross_amount end as gross_eur, case currency when 'CHF' then net_amount * 1.04 when 'EUR' then net_amount end as net_eur, open_amount, invoice_status, days_to_pay
from main.fct_invoices
-- table fct_revenue_monthly
select date_trunc('month', period_start) as month, sum(net_eur) as net_revenue, sum(gross_eur) as gross_revenue, count(distinct customer_id) as billed_customers, sum(open_amount) as open_amount, sum(net_eur) / nullif(count(distinct customer_id), 0) as arpu
from main.int_invoices__eur
group by 1
-- table fct_revenue_cumulative
select month, net_revenue, sum(net_revenue) over (order by month rows between unbounded preceding and current row) as running_net_revenue, avg(net_revenue) over (order by month rows between 2 preceding and current row) as rolling_3m, net_revenue - lag(net_revenue) over (order by month) as mom_change, round(100.0 * (net_revenue / nullif(lag(net_revenue) over (order by month), 0) - 1), 2) as mom_pct, rank() over (order by net_revenue desc) as month_rank
from main.fct_revenue_monthly
-- table rpt_dunning
select f.customer_id, d.customer_name, d.segment, sum(f.open_amount) as open_amount, count(*) as open_invoices, max(f.failed_attempts) as worst_attempts, min(f.issued_at) as oldest_issue
from main.fct_invoices f
join main.dim_customers d on d.customer_id = f.customer_id
where f.invoice_status in ('open', 'overdue') and f.open_amount > 5
group by all
having sum(f.open_amount) > 50
-- table int_web__sessions
with lagged as (
    select *, lag(occurred_at) over (partition by anonymous_id order by occurred_at, event_id) as prev_at
    from main.stg_web__events
), flagged as (
    select *, case when prev_at is null or date_diff('minute', prev_at, occurred_at) > 30 then 1 else 0 end as is_new
    from lagged
), numbered as (
    select *, sum(is_new) over (partition by anonymous_id order by occurred_at, event_id rows unbounded preceding) as session_no
    from flagged
)
select
    anonymous_id || '-' || session_no as session_id,
    anonymous_id,
    max(customer_id) as customer_id,
    min(occurred_at) as session_start,
    max(occurred_at) as session_end,
    date_diff('second', min(occurred_at), max(occurred_at)) as duration_s,
    count(*) as events,
    count(*) filter (where event_name = 'page_view') as page_views,
    max(case when event_name = 'tariff_calculated' then 1 else 0 end) as did_calculate,
    max(case when event_name = 'signup_started' then 1 else 0 end) as did_start,
    max(case when event_name = 'signup_completed' then 1 else 0 end) as did_complete,
    arg_min(utm_source, occurred_at) as first_utm_source,
    any_value(device_os) as device_os,
    list_distinct(list(page_path)) as pages
from numbered
group by anonymous_id, session_no
-- table fct_sessions
select session_id, anonymous_id, customer_id, session_start, cast(session_start as date) as session_date, duration_s, events, page_views, did_calculate, did_start, did_complete, first_utm_source, device_os, len(pages) as distinct_pages,
    events = 1 as is_bounce,
    ntile(4) over (order by duration_s, session_id) as duration_quartile
from main.int_web__sessions
-- table rpt_web_funnel
select first_utm_source as channel, count(*) as sessions, sum(did_calculate) as calculated, sum(did_start) as started, sum(did_complete) as completed, round(sum(did_complete) * 1.0 / nullif(sum(did_calculate), 0), 4) as completion_rate
from main.fct_sessions
group by 1
-- view rpt_web_funnel_long
unpivot (select channel, sessions, calculated, started, completed from main.rpt_web_funnel) on sessions, calculated, started, completed into name step value visitors
-- table rpt_device_pivot
select session_date, sum(case when device_os = 'ios' then 1 else 0 end) as ios, sum(case when device_os = 'android' then 1 else 0 end) as android, sum(case when device_os = 'windows' then 1 else 0 end) as windows, count(*) - sum(case when device_os in ('ios', 'android', 'windows') then 1 else 0 end) as other
from main.fct_sessions
group by session_date
-- table int_cohorts__members
select customer_id, date_trunc('month', min(started_on)) as cohort_month
from main.fct_contracts
where contract_status <> 'cancelled'
group by customer_id
-- table int_cohorts__activity
select distinct m.customer_id, m.cohort_month, date_diff('month', m.cohort_month, r.month) as month_no
from main.int_cohorts__members m
join main.fct_contract_months r on r.customer_id = m.customer_id
where r.month >= m.cohort_month
-- table rpt_cohort_retention
with sizes as (
    select cohort_month, count(distinct customer_id) as cohort_size from main.int_cohorts__members group by 1
)
select a.cohort_month, a.month_no, s.cohort_size, count(distinct a.customer_id) as retained, count(distinct a.customer_id)::double / s.cohort_size as retention
from main.int_cohorts__activity a
join sizes s using (cohort_month)
where a.month_no <= 12
group by a.cohort_month, a.month_no, s.cohort_size
-- table rpt_churn
select date_trunc('month', ended_on) as churn_month, coalesce(cancel_reason, 'not given') as reason, sales_channel, count(*) as churned, avg(tenure_days) as avg_tenure_days, median(tenure_days) as median_tenure_days
from main.fct_contracts
where contract_status = 'ended'
group by 1, 2, 3
-- table int_tickets__enriched
select t.*, c.segment, c.region_name, l.label as csat_label, case when t.priority = 'urgent' then 60 when t.priority = 'high' then 240 else 1440 end as sla_minutes
from main.stg_support__tickets t
left join main.dim_customers c on c.customer_id = t.customer_id
left join seeds.csat_labels l on l.score = t.csat_score
-- table fct_tickets contract
select ticket_id, customer_id, category, priority, segment, opened_at, cast(opened_at as date) as opened_on, first_reply_minutes, resolution_hours, is_open, csat_score, csat_label, agent_name, coalesce(first_reply_minutes <= sla_minutes, false) as within_sla
from main.int_tickets__enriched
-- table rpt_support_weekly
select date_trunc('week', opened_at) as week, category, count(*) as tickets, sum(within_sla::int) as in_sla, sum(within_sla::int) / count(*) as sla_share, quantile_cont(resolution_hours, 0.5) as p50_hours, quantile_cont(resolution_hours, 0.9) as p90_hours, avg(csat_score) as avg_csat, count(*) filter (where is_open) as still_open
from main.fct_tickets
group by 1, 2
-- table rpt_agents
select agent_name, count(*) as handled, avg(csat_score) as csat, sum(case when csat_label in ('good', 'great') then 1 else 0 end) * 100.0 / nullif(count(csat_score), 0) as csat_pct, dense_rank() over (order by avg(csat_score) desc nulls last) as csat_rank
from main.fct_tickets
where agent_name is not null
group by agent_name
-- table fct_outages
select o.outage_id, o.grid_area, a.area_name, o.started_at, o.ended_at_filled as ended_at, o.cause, o.customers_hit, date_diff('minute', o.started_at, o.ended_at_filled) as minutes_out, o.customers_hit * date_diff('minute', o.started_at, o.ended_at_filled) as customer_minutes, o.ended_at is null as is_ongoing
from main.stg_grid__outages o
join seeds.grid_areas a on a.grid_area = o.grid_area
-- table rpt_saidi
with meters as (select grid_area, count(*) as meters from main.dim_meters group by 1)
select o.grid_area, year(o.started_at) as outage_year, sum(o.customer_minutes) as customer_minutes, m.meters, sum(o.customer_minutes) / m.meters as saidi, string_agg(distinct o.cause, ', ' order by o.cause) as causes
from main.fct_outages o join meters m on m.grid_area = o.grid_area
group by o.grid_area, year(o.started_at), m.meters
-- view int_weather__filled
select day, grid_area, temp_c, coalesce(sun_hours, avg(sun_hours) over (partition by grid_area)) as sun_hours, greatest(15 - temp_c, 0) as heating_degrees
from raw.weather_daily
-- table int_weather__monthly
select grid_area, date_trunc('month', day) as month, avg(temp_c) as avg_temp, sum(heating_degrees) as heating_degrees, sum(sun_hours) as sun_hours
from main.int_weather__filled
group by all
-- table fct_area_load
select m.weather_area, c.month, sum(c.consumed_kwh) as kwh, count(distinct c.meter_id) as meters, sum(c.consumed_kwh) / count(distinct c.meter_id) as kwh_per_meter, any_value(w.heating_degrees) as heating_degrees, sum(c.consumed_kwh * m.co2_factor) as co2_kg
from main.fct_consumption_monthly c
join main.dim_meters m on m.meter_id = c.meter_id
left join main.int_weather__monthly w on w.grid_area = m.weather_area and w.month = c.month
group by 1, 2
-- table rpt_load_anomalies
with stats as (
    select weather_area, avg(kwh_per_meter) as mean_kwh, stddev_samp(kwh_per_meter) as sd_kwh from main.fct_area_load group by 1
)
select l.weather_area, l.month, l.kwh_per_meter, (l.kwh_per_meter - s.mean_kwh) / nullif(s.sd_kwh, 0) as z_score
from main.fct_area_load l join stats s on s.weather_area = l.weather_area
where abs((l.kwh_per_meter - s.mean_kwh) / nullif(s.sd_kwh, 0)) > 1
-- table rpt_meter_health
select m.meter_id, m.vendor_name, m.firmware_version, m.grid_area,
    count(r.read_id) as reads,
    max(r.read_date) as last_read,
    sum(case when r.quality_flag = 'E' then 1 else 0 end) as estimated_reads,
    case when max(r.read_date) is null then 'never read' when max(r.read_date) < date '2024-09-01' then 'silent' else 'ok' end as health
from main.dim_meters m
left join main.stg_grid__reads r on r.meter_id = m.meter_id
group by m.meter_id, m.vendor_name, m.firmware_version, m.grid_area
-- table rpt_unread_meters
select m.meter_id, m.meter_type from main.dim_meters m where not exists (select 1 from main.stg_grid__reads r where r.meter_id = m.meter_id and r.source_system = 'manual')
-- table int_customer__invoices
select customer_id, count(*) as invoices, sum(gross_eur) as lifetime_gross, avg(days_to_pay) as avg_days_to_pay, sum(case when invoice_status = 'overdue' then 1 else 0 end) as overdue_invoices, max(period_start) as last_period
from main.int_invoices__eur
group by customer_id
-- table int_customer__support
select customer_id, count(*) as tickets, count(*) filter (category = 'billing') as billing_tickets, min(csat_score) as worst_csat, max(opened_at) as last_ticket_at
from main.fct_tickets
group by customer_id
-- table int_customer__web
select customer_id, count(*) as sessions, sum(page_views) as page_views, max(session_start) as last_session_at, max(did_complete) as ever_completed
from main.fct_sessions
where customer_id is not null
group by customer_id
-- table int_customer__usage
select c.customer_id, sum(m.consumed_kwh) as kwh_total, avg(m.avg_kwh_per_day) as avg_kwh_per_day, count(distinct c.meter_id) as meters, bool_or(m.has_estimate) as any_estimate
from main.fct_contracts c
join main.fct_consumption_monthly m on m.meter_id = c.meter_id
where c.is_active
group by c.customer_id
-- table customer_360 unique=customer_id
select
    d.customer_id,
    d.customer_name,
    d.segment,
    d.age_band,
    d.city,
    d.region_name,
    d.is_active_customer,
    i.invoices,
    round(i.lifetime_gross, 2) as lifetime_gross,
    i.avg_days_to_pay,
    coalesce(i.overdue_invoices, 0) as overdue_invoices,
    coalesce(s.tickets, 0) as tickets,
    s.worst_csat,
    coalesce(w.sessions, 0) as sessions,
    w.last_session_at,
    u.kwh_total,
    u.avg_kwh_per_day,
    case when u.kwh_total > 12000 then 'heavy' when u.kwh_total > 4000 then 'normal' when u.kwh_total is not null then 'light' else 'none' end as usage_class,
    least(100, greatest(0, 50 + 10 * coalesce(s.worst_csat, 3) - 15 * coalesce(i.overdue_invoices, 0) + least(coalesce(w.sessions, 0), 5))) as health_score
from main.dim_customers d
left join main.int_customer__invoices i on i.customer_id = d.customer_id
left join main.int_customer__support s on s.customer_id = d.customer_id
left join main.int_customer__web w on w.customer_id = d.customer_id
left join main.int_customer__usage u on u.customer_id = d.customer_id
where not d.is_deleted
-- view customer_360_active
select * from main.customer_360 where is_active_customer
-- table customer_segments
select *, case when health_score >= 80 then 'champion' when health_score >= 60 then 'steady' when health_score >= 40 then 'watch' else 'at risk' end as health_band, percent_rank() over (partition by segment order by lifetime_gross) as value_rank
from main.customer_360_active
-- table features_churn
select
    c.customer_id,
    c.segment,
    coalesce(c.kwh_total, 0) as kwh_total,
    ln(1 + coalesce(c.lifetime_gross, 0)) as log_revenue,
    c.overdue_invoices,
    c.tickets,
    c.sessions,
    date_diff('day', cast(c.last_session_at as date), date '2024-12-31') as days_since_session,
    f.tenure_days,
    f.sales_channel = 'partner' as from_partner,
    case when f.contract_status = 'ended' then 1 else 0 end as label
from main.customer_360 c
join main.fct_contracts f on f.customer_id = c.customer_id and f.contract_seq = 1
-- view rpt_leads_partner
select partner, date_trunc('quarter', created_at) as quarter, count(*) as leads, count(customer_id) as matched, sum(cost_eur) as cost, sum(cost_eur) / nullif(count(customer_id), 0) as cost_per_match, avg(days_to_signup) as avg_days
from main.int_leads__matched
group by 1, 2
-- table rpt_product_mix
pivot (select date_trunc('quarter', start_month) as quarter, product_family, contract_id from main.fct_contracts where product_family is not null) on product_family in ('standard', 'dynamic', 'business') using count(contract_id) group by quarter
-- table rpt_price_changes
select t.tariff_code, t.valid_from, t.price_eur_kwh, t.previous_price_eur_kwh, t.price_eur_kwh / t.previous_price_eur_kwh - 1 as change_pct, count(c.contract_id) as contracts_affected
from main.dim_tariffs t
left join main.fct_contracts c on c.tariff_code = t.tariff_code and c.is_active and c.started_on < t.valid_from
where t.previous_price_eur_kwh is not null
group by 1, 2, 3, 4
-- table rpt_expected_vs_billed
with expected as (
    select contract_id, date_trunc('month', month) as month, sum(expected_revenue) as expected from main.fct_contract_months group by 1, 2
), billed as (
    select contract_id, date_trunc('month', period_start) as month, sum(net_amount) as billed from main.fct_invoices group by 1, 2
)
select coalesce(e.contract_id, b.contract_id) as contract_id, coalesce(e.month, b.month) as month, e.expected, b.billed, coalesce(b.billed, 0) - coalesce(e.expected, 0) as gap,
    case when e.contract_id is null then 'no contract month' when b.contract_id is null then 'not billed' when abs(b.billed - e.expected) < 20 then 'match' else 'differs' end as recon_status
from expected e full outer join billed b on e.contract_id = b.contract_id and e.month = b.month
-- table rpt_recon_summary
select recon_status, count(*) as n, sum(gap) as total_gap, min(gap) as min_gap, max(gap) as max_gap from main.rpt_expected_vs_billed group by recon_status
-- table rpt_contract_changes
select contract_status, count(*) as versions, count(*) filter (where dbt_valid_to is null) as current_versions from main.snap_contracts group by 1
-- view rpt_top_customers
select customer_id, customer_name, lifetime_gross from main.customer_360 where lifetime_gross is not null order by lifetime_gross desc, customer_id limit 25
-- table rpt_region_summary
select d.region_name, d.is_served_region, count(*) as customers, count(*) filter (where d.is_active_customer) as active_customers, sum(c.lifetime_gross) as lifetime_gross, max(d.signup_date) as latest_signup, approx_quantile(c.kwh_total, 0.5) is not null as has_usage
from main.dim_customers d left join main.customer_360 c on c.customer_id = d.customer_id
group by d.region_name, d.is_served_region
-- table rpt_kpis_daily
select d.date_day, coalesce(s.sessions, 0) as sessions, coalesce(t.tickets, 0) as tickets, coalesce(p.paid, 0) as paid_amount, sum(coalesce(p.paid, 0)) over (order by d.date_day) as paid_to_date
from main.util_days d
left join (select session_date, count(*) as sessions from main.fct_sessions group by 1) s on s.session_date = d.date_day
left join (select opened_on, count(*) as tickets from main.fct_tickets group by 1) t on t.opened_on = d.date_day
left join (select paid_on, sum(amount) as paid from main.fct_payments where payment_state = 'settled' group by 1) p on p.paid_on = d.date_day
-- view rpt_kpis_monthly
select strftime(date_day, '%Y-%m') as year_month, sum(sessions) as sessions, sum(tickets) as tickets, sum(paid_amount) as paid_amount, max(paid_to_date) as paid_to_date from main.rpt_kpis_daily group by 1
-- incremental agg_daily_payments key=paid_on on_schema_change=sync_all_columns
select paid_on, gateway, payment_method, count(*) as payments, sum(amount) as amount, sum(case when payment_state = 'failed' then 1 else 0 end) as failures
from main.fct_payments
group by 1, 2, 3
-- table rpt_gateway
select gateway, sum(payments) as payments, sum(failures) as failures, sum(failures) / sum(payments) as failure_rate, sum(amount) / sum(payments) as avg_ticket from main.agg_daily_payments group by gateway
-- table rpt_referrals
select r.referral_code, count(*) as referred, count(distinct a.city) as cities, avg(c.lifetime_gross) as avg_value
from main.stg_crm__customers r
left join main.int_customers__primary_address a on a.customer_id = r.customer_id
left join main.customer_360 c on c.customer_id = r.customer_id
where r.referral_code is not null
group by r.referral_code
-- table rpt_opt_in_audience
select customer_id, email_domain, segment from main.dim_customers where has_opted_in and not is_deleted and country_code in ('DE', 'AT') and customer_id not in (select customer_id from main.rpt_dunning where customer_id is not null)
