-- view stg_tms__shipments unique=shipment_id not_null=shipment_id,customer_code
with numbered as (
  select *, row_number() over (partition by shipment_id order by booked_at desc) as rn
  from raw.tms_shipments
)
select
  shipment_id,
  shipment_ref,
  regexp_extract(shipment_ref, '^FRT-(\d{2})-(\d+)$', 2)::int as running_no,
  customer_code,
  origin || '>' || destination as lane,
  origin,
  destination,
  lower(transport_mode) as transport_mode,
  coalesce(service_level, 'std') as service_level,
  booked_at,
  promised_on,
  gross_kg,
  volume_cbm,
  greatest(gross_kg, volume_cbm::double * 333) as chargeable_kg,
  pieces,
  incoterm,
  nullif(regexp_replace(upper(customer_reference), '[^0-9]', '', 'g'), '') as po_number,
  is_dangerous,
  currency,
  declared_value,
  upper(state) = 'CANCELLED' as is_cancelled
from numbered
where rn = 1
-- view stg_track__events
select
  event_id,
  shipment_ref,
  event_code,
  event_time::timestamp as happened_at,
  split_part(facility, '-', 1) as place,
  facility,
  handheld,
  remark,
  try_cast(regexp_extract(remark, '(?i)delay\s*(\d+)\s*min', 1) as integer) as delay_minutes,
  remark ilike 'damage%' as reports_damage
from raw.track_events
-- view stg_fleet__trips unique=trip_id
select trip_id, vehicle, driver_code, departed_at, arrived_at, planned_km, driven_km, stops, len(stops) as stop_count, stops[1] as first_stop, stops[-1] as last_stop, litres, coalesce(toll_eur, 0) as toll_eur, round(litres / nullif(driven_km, 0) * 100, 2) as litres_per_100km
from raw.trips
-- view stg_fleet__drivers unique=driver_code
select driver_code, driver_name, licence, hired_on, left_on, depot, left_on is null as is_active, licence in ('CE', 'C1E') as may_pull_trailer
from raw.drivers
-- view stg_billing__invoices unique=invoice_no
select
  invoice_no,
  customer_code,
  issued_on,
  issued_on + terms_days as due_on,
  currency,
  state,
  json_extract_string(document, '$.contact.email') as contact_email,
  document->'$.contact'->>'lang' as contact_language,
  document
from raw.invoices
where state <> 'void'
-- view stg_billing__payments
select payment_id, upper(replace(reference_text, ' ', '')) as invoice_no, booked_on, amount, channel
from raw.payments
where regexp_matches(upper(replace(reference_text, ' ', '')), '^INV[0-9]{5}$')
-- ephemeral eph_quotes
select quote_id, session_key, customer_code, asked_at, step, kg, offer_eur, regexp_extract(landing, 'utm_source=([a-z]+)', 1) as source, regexp_extract(landing, 'utm_medium=([a-z]+)', 1) as medium
from raw.web_quotes
-- table util_days
select unnest(generate_series(date '2024-01-01', date '2024-12-31', interval 1 day))::date as day
-- table dim_customer_scd unique=customer_version_key
select
  customer_code || '/' || version as customer_version_key,
  customer_code,
  version,
  legal_name,
  segment,
  coalesce(country, '??') as country,
  credit_limit,
  key_account,
  is_closed,
  changed_at as valid_from,
  coalesce(lead(changed_at) over (partition by customer_code order by changed_at, version), timestamp '2999-01-01') as valid_until,
  lag(segment) over (partition by customer_code order by changed_at, version) is distinct from segment as segment_changed
from raw.customer_changes
-- table dim_customer unique=customer_code not_null=customer_code contract
select distinct on (customer_code) customer_code, legal_name, segment, country, credit_limit, key_account, is_closed, valid_from as since
from main.dim_customer_scd
order by customer_code, valid_from desc, version desc
-- snapshot snap_customer_terms key=customer_code check=segment,credit_limit
select customer_code, segment, credit_limit, key_account from main.dim_customer
-- table int_fx_daily
select d.day, c.currency, r.per_eur, r.quoted_on
from main.util_days d
cross join (select distinct currency from raw.ecb_rates) c
asof left join raw.ecb_rates r on r.currency = c.currency and d.day >= r.quoted_on
-- table int_shipments_priced unique=shipment_id
with weighed as (
  select s.*, c.segment, c.country as customer_country, c.key_account, c.credit_limit
  from main.stg_tms__shipments s
  left join main.dim_customer_scd c
    on c.customer_code = s.customer_code and s.booked_at >= c.valid_from and s.booked_at < c.valid_until
)
select
  w.shipment_id,
  w.shipment_ref,
  w.customer_code,
  w.segment,
  w.customer_country,
  w.key_account,
  w.lane,
  w.origin,
  w.destination,
  w.transport_mode,
  w.service_level,
  w.booked_at,
  w.promised_on,
  w.chargeable_kg,
  w.pieces,
  w.is_dangerous,
  w.is_cancelled,
  w.po_number,
  r.rate_id,
  greatest(r.minimum_eur, round(w.chargeable_kg * r.eur_per_kg, 2)) as tariff_eur,
  case when w.service_level = 'exp' then 1.35 when w.service_level = 'eco' then 0.9 else 1 end as service_factor,
  round(w.declared_value / coalesce(fx.per_eur, 1), 2) as declared_eur
from weighed w
left join raw.rate_cards r
  on r.transport_mode = w.transport_mode
 and w.chargeable_kg >= r.from_kg and w.chargeable_kg < r.to_kg
 and w.booked_at::date >= r.valid_from and (r.valid_to is null or w.booked_at::date < r.valid_to)
left join main.int_fx_daily fx on fx.currency = w.currency and fx.day = w.booked_at::date
-- table int_milestones
select e.shipment_ref, e.event_code, m.milestone, m.stage_no, m.is_final, min(e.happened_at) as reached_at, count(*) as scans, arg_min(e.place, e.happened_at) as first_place, any_value(e.handheld) filter (where m.is_final) as final_handheld
from main.stg_track__events e
join seeds.milestones m using (event_code)
group by all
-- table int_milestones_wide unique=shipment_ref
select
  shipment_ref,
  max(case when event_code = 'BKD' then reached_at end) as booked_scan_at,
  max(case when event_code = 'PUP' then reached_at end) as picked_up_at,
  max(case when event_code = 'DEP' then reached_at end) as departed_at,
  max(case when event_code = 'ARR' then reached_at end) as arrived_at,
  max(case when event_code = 'OFD' then reached_at end) as out_for_delivery_at,
  max(case when event_code = 'DLV' then reached_at end) as delivered_at,
  max(stage_no) as furthest_stage,
  list(event_code order by stage_no) as path
from main.int_milestones
group by shipment_ref
-- table int_exceptions
select shipment_ref, count(*) filter (where event_code = 'EXC') as exceptions, sum(delay_minutes) as delay_minutes, bool_or(reports_damage) as was_damaged, string_agg(distinct facility, ', ' order by facility) as facilities
from main.stg_track__events
where event_code = 'EXC' or delay_minutes is not null or reports_damage
group by 1
-- incremental fct_shipments key=shipment_id on_schema_change=append_new_columns
select
  p.*,
  round(p.tariff_eur * p.service_factor, 2) as quoted_eur,
  m.picked_up_at,
  m.delivered_at,
  m.furthest_stage,
  m.path,
  coalesce(x.exceptions, 0) as exceptions,
  x.delay_minutes,
  coalesce(x.was_damaged, false) as was_damaged,
  date_diff('hour', m.picked_up_at, m.delivered_at) as transit_hours,
  m.delivered_at::date <= p.promised_on as on_time
from main.int_shipments_priced p
left join main.int_milestones_wide m on m.shipment_ref = p.shipment_ref
left join main.int_exceptions x on x.shipment_ref = p.shipment_ref
where not p.is_cancelled
/* when incremental */
  and p.booked_at > (select max(booked_at) - interval 45 day from main.fct_shipments)
/* end */
-- table fct_invoice_lines
select
  i.invoice_no,
  i.customer_code,
  i.issued_on,
  i.due_on,
  i.currency,
  i.state,
  l.line->>'$.type' as line_type,
  (l.line->>'$.shipment')::bigint as shipment_id,
  (l.line->>'$.net')::decimal(12, 2) as net_amount,
  round((l.line->>'$.net')::double / coalesce(fx.per_eur, 1), 2) as net_eur
from main.stg_billing__invoices i
cross join unnest(from_json(json_extract(i.document, '$.lines'), '["json"]')) as l(line)
left join main.int_fx_daily fx on fx.day = i.issued_on and fx.currency = i.currency
-- table fct_receivables unique=invoice_no
with billed as (
  select invoice_no, customer_code, issued_on, due_on, state, sum(net_eur) as billed_eur, count(distinct shipment_id) as shipments
  from main.fct_invoice_lines
  group by all
), paid as (
  select invoice_no, sum(amount) as paid_eur, min(booked_on) as first_paid_on, mode(channel) as usual_channel
  from main.stg_billing__payments
  group by invoice_no
)
select b.*, coalesce(p.paid_eur, 0) as paid_eur, p.first_paid_on, p.usual_channel, b.billed_eur - coalesce(p.paid_eur, 0) as open_eur, date_diff('day', b.due_on, coalesce(p.first_paid_on, date '2024-12-31')) as days_past_due
from billed b
left join paid p using (invoice_no)
where b.state = 'sent'
-- table fct_claims
select c.claim_no, c.shipment_id, c.filed_on, lower(c.claim_kind) as claim_kind, c.claimed_eur, c.settled_eur, c.settled_on - c.filed_on as days_to_settle, c.adjuster, s.customer_code, s.lane, s.transport_mode, s.was_damaged, s.shipment_id is null as is_orphan
from raw.claims c
left join main.fct_shipments s on s.shipment_id = c.shipment_id
-- table fct_customs
select entry_id, shipment_id, lodged_at, released_at, payload->>'$.broker' as broker, payload->>'$.channel' as channel, (payload->'$.duty'->>'amount')::decimal(10, 2) as duty_eur, json_array_length(payload, '$.hs') as hs_count, payload->>'$.hs[0]' as main_hs, date_diff('hour', lodged_at, released_at) as hours_held
from raw.customs_entries
-- table fct_trip_stops
select t.trip_id, t.vehicle, u.place, u.seq, p.city, p.country, lead(u.place) over (partition by t.trip_id order by u.seq) as next_place
from main.stg_fleet__trips t
cross join unnest(t.stops) with ordinality as u(place, seq)
left join seeds.places p on p.place = u.place
-- table fct_trips unique=trip_id
select t.trip_id, t.vehicle, t.driver_code, d.driver_name, d.depot, t.departed_at, t.arrived_at, t.driven_km, t.driven_km - t.planned_km as detour_km, t.litres_per_100km, t.toll_eur, t.stop_count, count(l.shipment_id) as loads, sum(s.chargeable_kg) as loaded_kg, sum(s.quoted_eur) as revenue_eur
from main.stg_fleet__trips t
left join main.stg_fleet__drivers d on d.driver_code = t.driver_code
left join raw.trip_loads l on l.trip_id = t.trip_id
left join main.fct_shipments s on s.shipment_id = l.shipment_id
group by all
-- table fct_cold_chain
with pings as (
  select r.vehicle, r.pinged_at, r.temp_c, r.fault, t.trip_id
  from raw.reefer_pings r
  asof join main.stg_fleet__trips t on t.vehicle = r.vehicle and r.pinged_at >= t.departed_at
), smoothed as (
  select *, avg(temp_c) over (partition by vehicle order by pinged_at rows between 2 preceding and current row) as temp_3, sum(case when temp_c > 8 then 1 else 0 end) over (partition by vehicle, trip_id order by pinged_at) as excursions_so_far
  from pings
)
select trip_id, vehicle, count(*) as pings, max(temp_c) as hottest, quantile_cont(temp_c, 0.95) as p95_temp, max(excursions_so_far) as excursions, count_if(temp_3 > 7) as warm_stretches, count(fault) as faults
from smoothed
group by trip_id, vehicle
-- view agg_lane_month
select lane, transport_mode, date_trunc('month', booked_at)::date as month, count(*) as shipments, sum(chargeable_kg) as kg, sum(quoted_eur) as quoted_eur, median(transit_hours) as median_transit, avg(on_time::int) as on_time_rate
from main.fct_shipments
group by lane, transport_mode, month
-- table rpt_lane_trend
select *, sum(shipments) over w as shipments_3m, quoted_eur - lag(quoted_eur) over (partition by lane, transport_mode order by month) as quoted_delta, ntile(4) over (partition by month order by kg desc, lane, transport_mode) as kg_quartile
from main.agg_lane_month
window w as (partition by lane, transport_mode order by month range between interval 2 month preceding and current row)
-- table rpt_weight_histogram
select floor(chargeable_kg / 250) * 250 as bucket_kg, transport_mode, count(*) as shipments, sum(count(*)) over (partition by transport_mode order by floor(chargeable_kg / 250) * 250) as running
from main.fct_shipments
group by 1, 2
-- table rpt_punctuality
select coalesce(region, 'all regions') as region, coalesce(f.transport_mode, 'all modes') as transport_mode, grouping_id(p.region, f.transport_mode) as level, count(*) as shipments, count(*) filter (where f.on_time) as on_time, count(*) filter (where f.delivered_at is null) as undelivered, quantile_disc(f.transit_hours, 0.9) as p90_transit
from main.fct_shipments f
join seeds.places p on p.place = f.destination
group by grouping sets ((p.region, f.transport_mode), (p.region), ())
-- table rpt_never_scanned
select s.shipment_id, s.shipment_ref, s.customer_code, s.booked_at
from main.stg_tms__shipments s
where not s.is_cancelled
  and not exists (select 1 from main.stg_track__events e where e.shipment_ref = s.shipment_ref and e.event_code = 'PUP')
-- view rpt_unbilled
select f.shipment_id, f.customer_code, f.quoted_eur, f.delivered_at
from main.fct_shipments f
anti join main.fct_invoice_lines l on l.shipment_id = f.shipment_id
where f.delivered_at is not null
-- table rpt_margin
select f.shipment_id, f.customer_code, f.lane, f.quoted_eur, b.billed_eur, coalesce(c.duty_eur, 0) as duty_eur, coalesce(k.paid_out, 0) as claims_eur, b.billed_eur - coalesce(k.paid_out, 0) as margin_eur, abs(b.billed_eur - f.quoted_eur) > 0.25 * f.quoted_eur as needs_review
from main.fct_shipments f
join (select shipment_id, sum(net_eur) filter (where line_type <> 'customs') as billed_eur from main.fct_invoice_lines group by 1) b using (shipment_id)
left join (select shipment_id, sum(duty_eur) as duty_eur from main.fct_customs where channel in ('green', 'orange', 'red') group by 1) c using (shipment_id)
left join (select shipment_id, sum(settled_eur) as paid_out from main.fct_claims group by 1) k using (shipment_id)
-- table rpt_receivable_aging
select r.customer_code, c.legal_name, c.segment, sum(open_eur) filter (where days_past_due <= 0) as not_due, sum(open_eur) filter (where days_past_due between 1 and 30) as d30, sum(open_eur) filter (where days_past_due > 30) as older, sum(open_eur) > max(c.credit_limit) as over_limit
from main.fct_receivables r
join main.dim_customer c using (customer_code)
where not c.is_closed
group by 1, 2, 3
having sum(open_eur) <> 0
-- table rpt_quote_funnel
select source, medium, count(distinct session_key) as sessions, count(distinct session_key) filter (where step = 'quote') as quoted, count(distinct session_key) filter (where step in ('accept', 'pay')) as accepted, round(100.0 * count(distinct session_key) filter (where step = 'pay') / nullif(count(distinct session_key), 0), 1) as pay_rate
from main.eph_quotes
group by cube (source, medium)
-- table rpt_retention
with firsts as (
  select customer_code, date_trunc('month', min(booked_at)) as cohort from main.fct_shipments group by 1
), active as (
  select distinct customer_code, date_trunc('month', booked_at) as month from main.fct_shipments
)
select f.cohort::date as cohort, date_diff('month', f.cohort, a.month) as months_after, count(*) as customers, count(*) * 1.0 / first_value(count(*)) over (partition by f.cohort order by date_diff('month', f.cohort, a.month)) as retained
from firsts f
join active a using (customer_code)
group by f.cohort, a.month
-- table rpt_daily_load
select d.day, count(f.shipment_id) as booked, coalesce(sum(f.pieces), 0) as pieces, avg(count(f.shipment_id)) over (order by d.day rows between 6 preceding and current row) as booked_7d
from main.util_days d
left join main.fct_shipments f on f.booked_at::date = d.day
group by d.day
-- table rpt_emissions
select f.transport_mode, o.region as origin_region, round(sum(f.chargeable_kg / 1000 * 111.2 * sqrt(power(o.lat - t.lat, 2) + power(o.lon - t.lon, 2)) * c.kg_per_tkm), 3) as co2_kg
from main.fct_shipments f
join seeds.places o on o.place = f.origin
join seeds.places t on t.place = f.destination
left join seeds.co2_factors c using (transport_mode)
group by 1, 2
-- table feat_delay
select
  f.shipment_id,
  f.transport_mode,
  f.service_level,
  ln(1 + f.chargeable_kg) as log_kg,
  f.is_dangerous::int as dangerous,
  dayofweek(f.booked_at) as weekday,
  percent_rank() over (partition by f.lane order by f.chargeable_kg) as kg_rank,
  coalesce(avg(f.transit_hours) over (partition by f.lane order by f.booked_at rows between 20 preceding and 1 preceding), 0) as lane_recent_hours,
  (select count(*) from main.fct_claims k where k.customer_code = f.customer_code and k.filed_on < f.booked_at::date) as earlier_claims,
  coalesce(cc.excursions, 0) as excursions,
  (not f.on_time)::int as label
from main.fct_shipments f
left join raw.trip_loads l on l.shipment_id = f.shipment_id
left join main.fct_cold_chain cc on cc.trip_id = l.trip_id
where f.delivered_at is not null
