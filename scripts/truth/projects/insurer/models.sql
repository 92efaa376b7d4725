-- view pol.stg_policies unique=policy_no not_null=policy_no,customer_id
select
    policy_no,
    customer_id,
    upper(product_code) as product_code,
    coalesce(agent_code, 'DIRECT') as agent_code,
    start_date,
    end_date,
    case lower(status)
        when 'active' then 'in force'
        when 'cancelled' then 'cancelled'
        when 'lapsed' then 'lapsed'
        else 'other'
    end as policy_state,
    currency,
    payment_plan,
    _loaded_at as changed_at,
    _version = 0 as never_changed
from land_pol.policies
where not is_test
qualify row_number() over (partition by policy_no order by _loaded_at desc, _version desc) = 1
-- view pol.stg_customers
with source as (

    select * from land_pol.customers

),

ranked as (

    select
        *,
        row_number() over (partition by customer_id order by updated_at desc) as _rn
    from source

),

cleaned as (

    select
        customer_id,
        initcap_first || ' ' || trim(last_name) as full_name,
        last_name,
        born_on,
        postcode,
        left(postcode, 2) as area,
        email,
        phone,
        marketing_consent,
        no_claim_years,
        updated_at
    from (
        select *, upper(first_name[1]) || lower(substring(first_name, 2)) as initcap_first
        from ranked
        where _rn = 1
    ) as one

)

select
    customer_id,
    full_name,
    last_name,
    born_on,
    postcode,
    area,
    case when regexp_matches(lower(email), '^[^@ ]+@[^@ ]+\.[a-z]+$') then lower(email) end as email,
    regexp_extract(lower(email), '@(.+)$', 1) as email_domain,
    try_cast(regexp_replace(phone, '[^0-9]', '', 'g') as bigint) as phone_number,
    marketing_consent,
    coalesce(no_claim_years, 0) as no_claim_years,
    updated_at
from cleaned
-- view pol.stg_endorsements not_null=policy_no
select policy_no, endorsement_no, effective_on, lower(reason) as reason, annual_premium, sum_insured, coverages, coalesce(deductible, 0) as deductible, len(coverages) as coverage_count
from land_pol.endorsements
-- ephemeral pol.eph_bills
select
  bill_id,
  policy_no,
  due_on,
  amount,
  upper(currency) as currency,
  paid_on,
  coalesce(method, 'unknown') as method,
  ifnull(dunning_level, 0) as dunning_level,
  paid_on is null as is_open
from land_pol.premium_bills
-- view pol.stg_quotes
select
  quote_id,
  session_key,
  lower(channel) as channel,
  asked_at,
  request ->> '$.product' as product_code,
  left(json_extract_string(request, '$.risk.postcode'), 2) as area,
  cast(json_extract(request, '$.risk.value') as double) as risk_value,
  try_cast(json_extract_string(request, '$.risk.age') as int) as driver_age,
  json_array_length(request, '$.extras') as extras,
  offered,
  bound_policy,
  bound_policy is not null as is_bound,
  nullif(regexp_extract(landing_page, 'src=([a-z0-9]+)', 1), '') as lead_source,
  try_cast(regexp_extract(landing_page, 'cmp=(\d+)', 1) as integer) as campaign_no
from land_pol.quotes
-- table pol.dim_customer unique=customer_id not_null=customer_id contract
select
  c.customer_id,
  c.full_name,
  c.email_domain,
  c.postcode,
  coalesce(a.area_name, 'elsewhere') as area_name,
  a.hazard,
  date_diff('year', c.born_on, date '2024-01-01') as age,
  case
    when date_diff('year', c.born_on, date '2024-01-01') < 30 then '18-29'
    when date_diff('year', c.born_on, date '2024-01-01') < 50 then '30-49'
    when date_diff('year', c.born_on, date '2024-01-01') < 70 then '50-69'
    else '70+'
  end as age_band,
  c.phone_number is not null or c.email is not null as can_be_reached,
  c.marketing_consent,
  c.no_claim_years
from pol.stg_customers c
left join ref.areas a on a.area = c.area
-- table pol.policy_versions unique=version_key
select
  policy_no || '-' || e.endorsement_no as version_key,
  p.policy_no,
  p.customer_id,
  p.product_code,
  p.agent_code,
  p.currency,
  p.policy_state,
  e.endorsement_no,
  e.effective_on as valid_from,
  least(
    p.end_date,
    coalesce(lead(e.effective_on) over (partition by e.policy_no order by e.effective_on, e.endorsement_no) - 1, date '9999-12-31')
  ) as valid_to,
  e.annual_premium,
  e.sum_insured,
  e.deductible,
  e.coverages,
  e.annual_premium - lag(e.annual_premium, 1, e.annual_premium) over (partition by policy_no order by e.endorsement_no) as premium_change
from pol.stg_policies p
join pol.stg_endorsements e using (policy_no)
-- table pol.policy_coverages
select v.policy_no, v.endorsement_no, c.coverage, v.sum_insured / v.n as share_of_sum
from (select policy_no, endorsement_no, coverages, sum_insured, len(coverages) as n from pol.policy_versions) v,
  unnest(v.coverages) as c(coverage)
where v.n > 0
-- table pol.dim_product unique=product_code
select product_code, product_name, coalesce(line, 'other') as line, expense_ratio, has_telematics from ref.products
-- snapshot pol.snap_policy_status key=policy_no check=policy_state,payment_plan
select policy_no, policy_state, payment_plan, agent_code, changed_at from pol.stg_policies
-- incremental pol.fct_bills key=bill_id on_schema_change=append_new_columns
with bills as (
  select b.*, p.product_code, p.customer_id
  from pol.eph_bills b
  inner join pol.stg_policies p on p.policy_no = b.policy_no
)
select
  bill_id,
  policy_no,
  customer_id,
  product_code,
  due_on,
  paid_on,
  amount,
  bills.currency,
  round(amount * coalesce(fx.eur_per_unit, 1), 2) as amount_eur,
  method,
  dunning_level,
  is_open,
  case when paid_on > due_on then date_diff('day', due_on, paid_on) else 0 end as days_late
from bills
asof left join ref.fx_rates fx on fx.currency = bills.currency and bills.due_on >= fx.quoted_on
/* when incremental */
where due_on >= (select max(due_on) - 60 from pol.fct_bills)
/* end */
-- table pol.calendar_months
select month::date as month, (month + interval 1 month - interval 1 day)::date as month_end, extract(year from month)::int as year
from generate_series(timestamp '2021-01-01', timestamp '2024-12-01', interval '1 month') as g(month)
-- table pol.earned_premium
with exposure as (
  select
    m.month,
    m.year,
    v.product_code,
    v.policy_no,
    v.annual_premium,
    greatest(v.valid_from, m.month) as from_day,
    least(v.valid_to, m.month_end) as to_day
  from pol.calendar_months m
  join pol.policy_versions v on v.valid_from <= m.month_end and v.valid_to >= m.month
  where v.policy_state <> 'other'
)
select
  month,
  year,
  product_code,
  count(distinct policy_no) as policies,
  sum(to_day - from_day + 1) as exposure_days,
  round(sum(annual_premium * (to_day - from_day + 1) / 365.0), 2) as earned_eur
from exposure
where to_day >= from_day
group by month, year, product_code
-- table pol.quote_funnel
select
  coalesce(channel, 'all') as channel,
  coalesce(product_code, 'all') as product_code,
  grouping(channel, product_code) as level,
  count(*) as quotes,
  approx_count_distinct(session_key) as sessions,
  count(*) filter (where is_bound) as bound,
  count_if(is_bound) / count(*)::double as bind_rate,
  median(offered) as median_offer
from pol.stg_quotes
group by rollup (channel, product_code)
-- table pol.households
select
  postcode,
  last_name,
  count(*) as members,
  min(born_on) as oldest_born,
  string_agg(customer_id, ',' order by customer_id) as member_ids,
  bool_or(marketing_consent) as any_consent
from pol.stg_customers
where postcode is not null
group by postcode, last_name
having count(*) > 1
-- table pol.renewals
select
  policy_no,
  customer_id,
  product_code,
  start_date,
  lag(end_date) over w as previous_end,
  lag(policy_no) over w as previous_policy,
  start_date - previous_end as gap_days,
  case when gap_days between -5 and 30 then 'renewal' when previous_end is null then 'new' else 'returned' end as business_type
from pol.stg_policies
window w as (partition by customer_id, product_code order by start_date, policy_no)
-- view clm.stg_claims unique=claim_ref not_null=claim_ref
with eu as (

  select
    cast('land_clm.claims_eu' as varchar) as _dbt_source_relation,
    cast("claim_ref" as varchar) as claim_ref,
    cast("policy_no" as varchar) as policy_no,
    cast("loss_date" as date) as loss_date,
    cast("reported_on" as date) as reported_on,
    lower("peril") as peril,
    case state when 'open' then 'O' when 'closed' then 'C' else 'R' end as state_code,
    cast("closed_on" as date) as closed_on,
    cast("first_estimate" as double) as first_estimate,
    cast("country" as varchar) as country,
    cast("handler" as varchar) as handler
  from land_clm.claims_eu

), uk as (

  select
    'land_clm.claims_uk' as _dbt_source_relation,
    ClaimRef as claim_ref,
    PolicyNo as policy_no,
    strptime(LossDate, '%d/%m/%Y')::date as loss_date,
    try_strptime(ReportedOn, '%d/%m/%Y')::date as reported_on,
    case when Peril ilike '%water%' then 'water' else lower(Peril) end as peril,
    StateCd as state_code,
    round(EstimateGbp * 1.17, 0)::double as first_estimate,
    LitigationFlag as is_litigated,
    'UK' as country
  from land_clm.claims_uk

), unioned as (

  select * from eu
  union all by name
  select * from uk

)

select * replace (coalesce(reported_on, loss_date) as reported_on, coalesce(is_litigated, false) as is_litigated)
from unioned
where state_code <> 'R'
-- view clm.stg_payments
select payment_id, claim_ref, kind, paid_at::date as paid_on, case when kind = 'recovery' then -amount else amount end as amount, ccy, payee->>'type' as payee_type, (payee->>'vat')::boolean as has_vat
from land_clm.claim_payments
-- view clm.stg_notes
select
  note_id,
  claim_ref,
  written_at,
  author,
  body,
  body ilike '%fraud%' or body ilike '%suspicious%' as mentions_fraud,
  regexp_extract(body, 'EUR (\d+)', 1)::varchar as amount_text,
  try_cast(nullif(regexp_extract(body, 'EUR (\d+)', 1), '') as int) as amount_in_note
from land_clm.claim_notes
where body is not null
-- table clm.payments_eur
select
  p.payment_id,
  p.claim_ref,
  p.kind,
  p.paid_on,
  p.payee_type,
  case when p.ccy = 'EUR' then p.amount else round(p.amount * r.eur_per_unit, 2) end as amount_eur
from clm.stg_payments p
left join lateral (
  select f.eur_per_unit
  from ref.fx_rates f
  where f.currency = p.ccy and f.quoted_on <= p.paid_on
  order by f.quoted_on desc
  limit 1
) r on true
-- table clm.claims_enriched not_null=claim_ref
select
  c.claim_ref,
  c.policy_no,
  c.loss_date,
  c.reported_on,
  c.reported_on - c.loss_date as report_lag,
  c.peril,
  c.state_code,
  c.closed_on,
  c.first_estimate,
  c.country,
  c.handler,
  c.is_litigated,
  v.product_code,
  v.agent_code,
  v.customer_id,
  v.sum_insured,
  v.deductible,
  v.endorsement_no,
  d.age_band,
  d.area_name,
  list_contains(v.coverages, c.peril) as is_covered
from clm.stg_claims c
left join pol.policy_versions v
  on v.policy_no = c.policy_no
 and c.loss_date between v.valid_from and v.valid_to
left join pol.dim_customer d on d.customer_id = v.customer_id
-- table clm.claim_latest_reserve unique=claim_ref
select claim_ref, arg_max(reserve_eur, changed_at) as reserve_eur, max(changed_at) as reserved_at, max_by(reason, changed_at) as last_reason, count(*) as changes, max(reserve_eur) as peak_reserve
from land_clm.reserve_changes
group by 1
-- table clm.reserve_history
SELECT r.claim_ref
     , r.changed_at                                                      AS valid_from
     , LEAD(r.changed_at) OVER (PARTITION BY r.claim_ref ORDER BY r.changed_at) AS valid_to
     , r.reserve_eur
     , r.reserve_eur - COALESCE(LAG(r.reserve_eur) OVER (PARTITION BY r.claim_ref ORDER BY r.changed_at), 0) AS movement
     , ROW_NUMBER() OVER (PARTITION BY r.claim_ref ORDER BY r.changed_at) AS step
FROM land_clm.reserve_changes AS r
WHERE EXISTS (SELECT 1 FROM clm.stg_claims AS c WHERE c.claim_ref = r.claim_ref)
-- incremental clm.fct_claims key=claim_ref on_schema_change=sync_all_columns
with paid as (
  select
    claim_ref,
    sum(amount_eur) filter (where kind <> 'expense') as indemnity_eur,
    sum(case when kind = 'expense' then amount_eur else 0 end) as expense_eur,
    max(paid_on) as last_paid_on,
    count(distinct payee_type) as payees
  from clm.payments_eur
  group by claim_ref
)
select
  e.* exclude (handler),
  coalesce(p.indemnity_eur, 0) as indemnity_eur,
  coalesce(p.expense_eur, 0) as expense_eur,
  p.last_paid_on,
  case when e.state_code = 'O' then coalesce(r.reserve_eur, e.first_estimate) else 0 end as outstanding_eur,
  coalesce(p.indemnity_eur, 0) + coalesce(p.expense_eur, 0) + outstanding_eur as incurred_eur,
  coalesce(nullif(e.handler, ''), 'unassigned') as handler,
  r.last_reason
from clm.claims_enriched e
left join paid p using (claim_ref)
left join clm.claim_latest_reserve r using (claim_ref)
/* when incremental */
where e.reported_on > (select max(reported_on) from clm.fct_claims) - interval 90 day
/* end */
-- table clm.assessment_items
select
  a.assessment_id,
  a.claim_ref,
  a.document ->> 'assessor' as assessor,
  item ->> 'part' as part,
  (item ->> 'cost')::double as cost_eur,
  (item ->> 'labour_h')::int as labour_hours
from land_clm.assessments a, unnest(from_json(a.document -> '$.items', '["json"]')) as t(item)
where a.finished
-- table clm.cat_claims
select c.claim_ref, k.cat_code, k.title, k.severity, c.incurred_eur
from clm.fct_claims c
join ref.cat_events k
  on c.loss_date between k.from_day and k.to_day and c.peril = k.peril
-- table clm.claim_flags
with notes as (
  select claim_ref, count(*) as notes, count(*) filter (mentions_fraud) as fraud_notes, max(amount_in_note) as top_amount
  from clm.stg_notes group by claim_ref
), repeats as (
  select distinct a.claim_ref
  from clm.fct_claims a
  join clm.fct_claims b on b.policy_no = a.policy_no and b.claim_ref <> a.claim_ref and abs(b.loss_date - a.loss_date) < 90
)
select
  c.claim_ref,
  list_filter(
    [
      case when c.report_lag > 14 then 'late' end,
      case when n.fraud_notes > 0 then 'fraud note' end,
      case when c.incurred_eur > 0.5 * c.sum_insured then 'large' end,
      case when not c.is_covered then 'not covered' end,
      case when r.claim_ref is not null then 'repeat' end
    ],
    f -> f is not null
  ) as flags,
  len(flags) as flag_count,
  coalesce(n.notes, 0) as notes,
  n.top_amount
from clm.fct_claims c
left join notes n on n.claim_ref = c.claim_ref
left join repeats r on r.claim_ref = c.claim_ref
-- table clm.open_claims_aging
select handler, case when date '2024-06-01' - reported_on <= 90 then '0-90' when date '2024-06-01' - reported_on <= 365 then '91-365' else 'over a year' end as bucket, count(*) as claims, sum(outstanding_eur) as outstanding_eur
from clm.fct_claims f
where state_code = 'O'
  and claim_ref not in (select claim_ref from clm.stg_payments where kind = 'recovery')
group by all
-- table clm.triangle
pivot (
  select year(e.loss_date) as loss_year, least(3, year(p.paid_on) - year(e.loss_date)) as dev_year, p.amount_eur
  from clm.payments_eur p
  join clm.claims_enriched e on e.claim_ref = p.claim_ref
  where p.paid_on >= e.loss_date
)
on dev_year in (0, 1, 2, 3)
using sum(amount_eur)
group by loss_year
-- view clm.peril_months
select date_trunc('month', loss_date)::date as month, peril, country, count(*) as claims, sum(incurred_eur) as incurred_eur, avg(report_lag) as avg_lag
from clm.fct_claims
group by all
-- table clm.handler_load
select h.handler, h.claims, h.notes, rank() over (order by h.claims desc, h.handler) as load_rank, round(h.notes * 1.0 / h.claims, 2) as notes_per_claim
from (
  select c.handler, count(distinct c.claim_ref) as claims, count(n.note_id) as notes
  from clm.claims_enriched c
  left join clm.stg_notes n on n.claim_ref = c.claim_ref and n.author = c.handler
  where c.handler is not null
  group by c.handler
) h
-- table agy.agent_tree
with recursive tree as (
  select agent_code, agent_name, parent_code, agent_code as top_agent, 1 as depth, [agent_code] as path
  from land_agy.agents
  where parent_code is null
  union all
  select a.agent_code, a.agent_name, a.parent_code, t.top_agent, t.depth + 1, list_append(t.path, a.agent_code)
  from land_agy.agents a
  join tree t on a.parent_code = t.agent_code
  where t.depth < 8
)
select agent_code, agent_name, top_agent, depth, path, array_to_string(path, ' > ') as path_text from tree
-- view agy.active_agents
select agent_code, agent_name, tier, region, commission_pct, joined_on from land_agy.agents where left_on is null or left_on > date '2024-01-01'
-- table agy.commissions
select
  line_no,
  strptime(month || '01', '%Y%m%d')::date as month,
  upper(agent_code) as agent_code,
  policy_no,
  case when amount_text = '-' then 0 else try_cast(replace(replace(amount_text, '.', ''), ',', '.') as decimal(10, 2)) end * case when lower(line_kind) like 'storno%' then -1 else 1 end as amount_eur,
  lower(line_kind) like 'storno%' as is_reversal
from land_agy.statements
-- table agy.agent_book
select
  a.agent_code,
  a.region,
  a.tier,
  count(distinct p.policy_no) as policies,
  count(distinct p.policy_no) filter (where p.policy_state = 'in force') as in_force,
  coalesce(sum(p.annual_premium), 0) as premium_eur
from land_agy.agents a
left join pol.policy_versions p on p.agent_code = a.agent_code and p.endorsement_no = 0
group by 1, 2, 3
-- table agy.commission_months
select agent_code, month, sum(amount_eur) as commission_eur, count(*) filter (where is_reversal) as reversals, sum(sum(amount_eur)) over (partition by agent_code, year(month) order by month) as ytd_eur
from agy.commissions
group by agent_code, month
-- table agy.agent_rollup
select m.agent_code as manager, count(*) as agents_below, sum(b.policies) as policies_below, sum(b.premium_eur) as premium_below
from agy.agent_tree t
cross join unnest(t.path) as u(code)
join land_agy.agents m on m.agent_code = u.code
join agy.agent_book b on b.agent_code = t.agent_code
group by m.agent_code
-- view agy.top_agents
select region, agent_code, premium_eur, in_force
from agy.agent_book
semi join agy.active_agents using (agent_code)
qualify dense_rank() over (partition by region order by premium_eur desc) <= 3
-- table tel.trips_clean
select
  t.trip_id,
  t.device_id,
  d.policy_no,
  cast(replace(replace(started_at, 'T', ' '), 'Z', '') as timestamp) as started_at,
  try_strptime(ended_at, '%Y-%m-%dT%H:%M:%SZ') as ended_at,
  km,
  top_speed,
  coalesce(hard_brakes, 0) as hard_brakes,
  area,
  night_share
from (select distinct on (trip_id) * from land_tel.trips order by trip_id, km) t
join land_tel.devices d on d.device_id = t.device_id
where d.kind = 'obd' and km > 2.5
-- table tel.trip_weather
select t.trip_id, t.policy_no, t.area, t.started_at, t.km, w.condition, w.temp_c, w.temp_c < 0 as is_frost, date_diff('minute', w.measured_at, t.started_at) as minutes_old
from tel.trips_clean t
asof left join land_tel.weather w
  on w.area = t.area and t.started_at >= w.measured_at
-- table tel.driver_scores
with totals as (
  select
    policy_no,
    count(*) as trips,
    sum(km) as km,
    sum(hard_brakes) as hard_brakes,
    sum(km * night_share) / sum(km) as night_share,
    quantile_cont(top_speed, 0.9) as speed_p90
  from tel.trips_clean
  group by policy_no
)
select
  policy_no,
  trips,
  km,
  100.0 * hard_brakes / km as brakes_per_100km,
  night_share,
  speed_p90,
  ntile(4) over (order by 100.0 * hard_brakes / km, policy_no) as brake_quartile,
  round(100 - 20 * percent_rank() over (order by speed_p90) - 30 * night_share - least(40, 100.0 * hard_brakes / km), 1) as score
from totals
where trips >= 5
-- table tel.driver_conditions
select
  policy_no,
  coalesce(sum(km) filter (where condition = 'dry'), 0) as km_dry,
  coalesce(sum(km) filter (where condition in ('rain', 'fog')), 0) as km_wet,
  coalesce(sum(km) filter (where condition = 'snow' or is_frost), 0) as km_winter,
  count(*) filter (where condition is null) as trips_unknown,
  mode(condition) as usual
from tel.trip_weather
group by policy_no
-- table act.fx_month
select last_day(quoted_on) as month_end, currency, avg(eur_per_unit) as avg_rate, last(eur_per_unit order by quoted_on) as closing_rate
from ref.fx_rates
group by 1, 2
-- table act.loss_ratio
with premium as (
  select year, product_code, sum(earned_eur) as earned_eur, sum(exposure_days) / 365.0 as exposure_years
  from pol.earned_premium
  group by 1, 2
), losses as (
  select year(loss_date) as year, product_code, sum(incurred_eur) as incurred_eur, count(*) as claims
  from clm.fct_claims
  where product_code is not null
  group by 1, 2
)
select
  coalesce(premium.year, losses.year) as year,
  coalesce(premium.product_code, losses.product_code) as product_code,
  coalesce(earned_eur, 0) as earned_eur,
  coalesce(incurred_eur, 0) as incurred_eur,
  coalesce(claims, 0) as claims,
  exposure_years,
  round(incurred_eur / nullif(earned_eur, 0), 4) as loss_ratio,
  claims / nullif(exposure_years, 0) as frequency,
  loss_ratio + dp.expense_ratio as combined_ratio
from premium
full outer join losses using (year, product_code)
left join pol.dim_product dp on dp.product_code = coalesce(premium.product_code, losses.product_code)
-- table act.development_factors
with long as (
  unpivot clm.triangle on "0", "1", "2", "3" into name dev_year value paid_eur
), cumulated as (
  select loss_year, dev_year::int as dev_year, sum(paid_eur) over (partition by loss_year order by dev_year::int rows unbounded preceding) as paid_to_date
  from long
)
select dev_year, sum(paid_to_date) / nullif(sum(before), 0) as factor, count(before) as years_seen
from (select *, lag(paid_to_date) over (partition by loss_year order by dev_year) as before from cumulated) x
where dev_year > 0 and before is not null
group by dev_year
-- table act.ibnr
with latest as (
  select loss_year, coalesce("0", 0) + coalesce("1", 0) + coalesce("2", 0) + coalesce("3", 0) as paid_eur, 3 - (2024 - loss_year) as missing
  from clm.triangle
)
select l.loss_year, l.paid_eur, l.paid_eur * coalesce(exp((select sum(ln(f.factor)) from act.development_factors f where f.dev_year > 2024 - l.loss_year and f.factor > 0)), 1) as ultimate_eur
from latest l
-- table act.reinsurance_recovery
select
  f.claim_ref,
  t.year,
  t.layer,
  greatest(0, least(f.incurred_eur, t.limit_eur) - t.attachment) * t.share as recovery_eur
from clm.fct_claims f
join ref.treaties t on t.product_code = f.product_code and t.year = year(f.loss_date)
where f.incurred_eur > t.attachment
-- table act.retention
with cohorts as (
  select customer_id, min(date_trunc('quarter', start_date))::date as cohort from pol.renewals group by customer_id
)
select c.cohort, r.business_type, count(distinct r.customer_id) as customers, count(*) as policies
from pol.renewals r join cohorts c on r.customer_id = c.customer_id
group by cube (c.cohort, r.business_type)
-- table act.segment_kpis
select
  d.age_band,
  d.area_name,
  p.line,
  grouping_id(d.age_band, d.area_name, p.line) as gid,
  count(distinct v.policy_no) as policies,
  sum(v.annual_premium) as premium_eur,
  avg(v.deductible) as avg_deductible,
  max(v.valid_from) as newest
from pol.policy_versions v
join pol.dim_customer d using (customer_id)
join pol.dim_product p using (product_code)
group by grouping sets ((d.age_band, p.line), (d.area_name), ())
-- table act.profit_by_agent
select
  b.agent_code,
  b.region,
  b.premium_eur,
  coalesce(l.incurred_eur, 0) as incurred_eur,
  coalesce(c.commission_eur, 0) as commission_eur,
  b.premium_eur - coalesce(l.incurred_eur, 0) - coalesce(c.commission_eur, 0) as profit_eur
from agy.agent_book b
left join (select agent_code, sum(incurred_eur) incurred_eur from clm.fct_claims group by agent_code) l on l.agent_code = b.agent_code
left join (select agent_code, sum(commission_eur) commission_eur from agy.commission_months group by agent_code) c on c.agent_code = b.agent_code
-- table act.feat_lapse
select
  p.policy_no,
  p.policy_state in ('lapsed', 'cancelled') as label,
  d.age,
  d.no_claim_years,
  d.can_be_reached::int as reachable,
  r.business_type = 'renewal' as is_renewal,
  coalesce(b.late_bills, 0) as late_bills,
  coalesce(b.worst_delay, 0) as worst_delay,
  coalesce(b.open_share, 0) as open_share,
  (select count(*) from clm.fct_claims c where c.customer_id = p.customer_id and c.loss_date < p.end_date) as claims_before,
  coalesce(s.score, 50) as driving_score,
  exists (select 1 from pol.households h where list_contains(string_split(h.member_ids, ','), p.customer_id)) as in_household
from pol.stg_policies p
join pol.dim_customer d on d.customer_id = p.customer_id
left join pol.renewals r on r.policy_no = p.policy_no
left join (
  select policy_no, count(*) filter (where days_late > 10) as late_bills, max(days_late) as worst_delay, avg(is_open::int) as open_share
  from pol.fct_bills
  group by policy_no
) b on b.policy_no = p.policy_no
left join tel.driver_scores s on s.policy_no = p.policy_no
-- table act.feat_severity
select
  c.claim_ref,
  ln(1 + greatest(c.incurred_eur, 0)) as log_incurred,
  c.peril,
  coalesce(c.product_code, '?') as product_code,
  c.report_lag,
  coalesce(i.parts, 0) as parts,
  coalesce(i.labour_hours, 0) as labour_hours,
  avg(c.incurred_eur) over (partition by c.peril order by c.loss_date range between interval 180 days preceding and interval 1 day preceding) as recent_peril_avg,
  f.flag_count,
  k.severity is not null as is_cat,
  coalesce(dc.km_winter / nullif(dc.km_dry + dc.km_wet + dc.km_winter, 0), 0) as winter_share
from clm.fct_claims c
left join (select claim_ref, count(*) as parts, sum(labour_hours) as labour_hours from clm.assessment_items group by 1) i on i.claim_ref = c.claim_ref
left join clm.claim_flags f on f.claim_ref = c.claim_ref
left join clm.cat_claims k on k.claim_ref = c.claim_ref
left join tel.driver_conditions dc on dc.policy_no = c.policy_no
-- view act.board_pack
select 'premium' as metric, year::varchar as period, sum(earned_eur) as value from act.loss_ratio group by 2
union all
select 'incurred', year::varchar, sum(incurred_eur) from act.loss_ratio group by 2
union all
select 'recoveries', year::varchar, sum(recovery_eur) from act.reinsurance_recovery group by 2
union all
select 'ibnr', loss_year::varchar, sum(ultimate_eur - paid_eur) from act.ibnr group by 2
-- table act.data_quality
select 'claims without policy version' as test, count(*) as failures from clm.claims_enriched where product_code is null
union all
select 'bills without method', count(*) from pol.fct_bills where method = 'unknown'
union all
select 'payments after closing', count(*) from clm.payments_eur p join clm.stg_claims c using (claim_ref) where p.paid_on > c.closed_on
union all
select 'commission without agent', count(*) from (select agent_code from agy.commissions except select agent_code from land_agy.agents)
