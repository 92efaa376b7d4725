-- view base_patients_cdc
select * from raw.adt_patients
-- view base_admissions_main
select * from raw.admissions_main
-- view base_ward_moves
select * from raw.ward_moves
-- view base_vitals
select * from raw.vitals
-- view base_staff
select * from raw.staff
-- table stg_patient_versions
WITH src AS (
    SELECT * FROM main.base_patients_cdc
)
, parsed AS (
    SELECT
        mrn
      , _op
      , _synced_at
      , _lsn
      , birth_date
      , payer_code
      , deceased_at
      , payload::json ->> '$.name.family'   AS family_name
      , payload::json ->> '$.name.given'    AS given_name
      , CASE upper(substr(payload::json ->> '$.sex', 1, 1)) WHEN 'F' THEN 'F' WHEN 'M' THEN 'M' ELSE 'U' END AS sex
      , json_extract_string(payload, '$.address.zip')      AS zip
      , json_extract_string(payload, '$.address.district') AS district
    FROM src
)
, hashed AS (
    SELECT
        *
      , md5(concat_ws('|', coalesce(family_name, ''), coalesce(given_name, ''), coalesce(zip, ''), coalesce(payer_code, ''))) AS hashdiff
    FROM parsed
)
, compared AS (
    SELECT
        *
      , lag(hashdiff) OVER (PARTITION BY mrn ORDER BY _lsn) AS prev_hashdiff
    FROM hashed
)
SELECT * EXCLUDE (prev_hashdiff)
FROM compared
WHERE prev_hashdiff IS NULL OR hashdiff <> prev_hashdiff OR _op = 'delete'
-- table dim_patient_scd2
SELECT
    md5(mrn || '-' || _lsn::varchar) AS patient_sk
  , mrn
  , family_name || ', ' || given_name AS patient_name
  , sex
  , birth_date
  , zip
  , district
  , payer_code
  , _synced_at AS valid_from
  , coalesce(lead(_synced_at) OVER w, timestamp '9999-12-31') AS valid_to
  , lead(_synced_at) OVER w IS NULL AND _op <> 'delete' AS is_current
  , row_number() OVER w AS version_no
FROM main.stg_patient_versions
WINDOW w AS (PARTITION BY mrn ORDER BY _lsn)
-- view dim_patient unique=mrn not_null=mrn
SELECT * EXCLUDE (valid_from, valid_to, is_current, version_no)
FROM main.dim_patient_scd2
WHERE is_current
-- view stg_admissions_main
WITH src AS (SELECT * FROM main.base_admissions_main)
SELECT
    visit_no                                   AS visit_id
  , 'main'                                     AS site
  , mrn
  , admit_ts                                   AS admitted_at
  , discharge_ts                               AS discharged_at
  , CASE adm_type WHEN 'EM' THEN 'emergency' WHEN 'EL' THEN 'elective' WHEN 'TR' THEN 'transfer' ELSE 'other' END AS admission_kind
  , dx_main                                    AS diagnosis_code
  , nullif(dx_other, '')                       AS other_diagnoses
  , disposition
  , attending                                  AS attending_id
  , est_cost_cents / 100.0                     AS estimate
FROM src
-- view stg_admissions_west
SELECT
    'W-' || id                                 AS visit_id
  , 'west'                                     AS site
  , upper(trim(patient))                       AS mrn
  , strptime(admitted, '%Y-%m-%d %H:%M')       AS admitted_at
  , try_strptime(discharged, '%Y-%m-%d %H:%M') AS discharged_at
  , kind                                       AS admission_kind
  , diagnosis                                  AS diagnosis_code
  , estimate_eur                               AS estimate
  , is_private = 1                             AS is_private
FROM raw.admissions_west
-- table int_visits_unioned unique=visit_id
SELECT *, NULL::boolean AS is_private FROM main.stg_admissions_main
UNION ALL BY NAME
SELECT * FROM main.stg_admissions_west
-- ephemeral eph_diagnosis
SELECT
    visit_id
  , diagnosis_code
  , left(diagnosis_code, 1) AS letter
FROM main.int_visits_unioned
WHERE diagnosis_code IS NOT NULL
-- table dim_diagnosis
SELECT DISTINCT
    d.diagnosis_code
  , split_part(d.diagnosis_code, '.', 1) AS category
  , coalesce(c.chapter, 'Other')         AS chapter
FROM main.eph_diagnosis d
LEFT JOIN seeds.icd_chapters c ON c.letter = d.letter
-- table int_visit_other_dx
WITH exploded AS (
    SELECT visit_id, unnest(string_split(other_diagnoses, '|')) AS dx
    FROM main.int_visits_unioned
    WHERE other_diagnoses IS NOT NULL
)
SELECT visit_id, count(*) AS n_other, bool_or(dx = 'I10') AS has_hypertension, string_agg(dx, ',' ORDER BY dx) AS dx_list
FROM exploded
GROUP BY visit_id
-- table dim_staff
WITH RECURSIVE chain AS (
    SELECT staff_id, boss_id, 1 AS depth, staff_id AS top_id FROM main.base_staff WHERE boss_id IS NULL OR boss_id = staff_id
    UNION ALL
    SELECT s.staff_id, s.boss_id, c.depth + 1, c.top_id
    FROM main.base_staff s
    JOIN chain c ON c.staff_id = s.boss_id
    WHERE s.staff_id <> s.boss_id AND c.depth < 6
)
, depths AS (
    SELECT staff_id, min(depth) AS depth, min(top_id) AS top_id FROM chain GROUP BY 1
)
SELECT s.* EXCLUDE (boss_id, left_on), coalesce(s.dept, 'NONE') AS department, s.left_on IS NULL AS is_employed, d.depth AS org_depth, d.top_id AS head_id
FROM main.base_staff s
LEFT JOIN depths d USING (staff_id)
-- table dim_calendar
WITH RECURSIVE spine AS (
    SELECT date '2024-01-01' AS day
    UNION ALL
    SELECT (day + INTERVAL 1 DAY)::date FROM spine WHERE day < date '2024-12-31'
)
SELECT day, date_trunc('month', day)::date AS month_start, dayname(day) AS weekday, isodow(day) >= 6 AS is_weekend, 'W' || weekofyear(day) AS week_label
FROM spine
-- table stg_ward_moves
SELECT * EXCLUDE (rn, state)
FROM (
    SELECT
        *
      , row_number() OVER (PARTITION BY visit_no, moved_at ORDER BY loaded_at DESC, move_id DESC) AS rn
    FROM main.base_ward_moves
    WHERE state <> 'VOID'
)
WHERE rn = 1
-- table int_ward_stays
WITH moves AS (
    SELECT
        m.visit_no AS visit_id
      , m.ward
      , m.moved_at
      , lead(m.moved_at) OVER (PARTITION BY m.visit_no ORDER BY m.moved_at) AS next_move_at
      , lag(m.ward) OVER (PARTITION BY m.visit_no ORDER BY m.moved_at) AS prev_ward
    FROM main.stg_ward_moves m
)
, marked AS (
    SELECT *, sum(CASE WHEN prev_ward IS DISTINCT FROM ward THEN 1 ELSE 0 END) OVER (PARTITION BY visit_id ORDER BY moved_at) AS stay_no
    FROM moves
)
SELECT
    k.visit_id
  , k.stay_no
  , any_value(k.ward) AS ward
  , min(k.moved_at) AS entered_at
  , max(coalesce(k.next_move_at, v.discharged_at, timestamp '2024-12-31 23:59:00')) AS left_at
FROM marked k
JOIN main.int_visits_unioned v ON v.visit_id = k.visit_id
GROUP BY 1, 2
-- table fct_visits unique=visit_id contract
WITH visits AS (
    SELECT * FROM main.int_visits_unioned
)
, patients AS (
    SELECT * FROM main.dim_patient_scd2
)
, other_dx AS (
    SELECT * FROM main.int_visit_other_dx
)
, sequenced AS (
    SELECT
        visits.*
      , lag(discharged_at) OVER (PARTITION BY mrn ORDER BY admitted_at, visit_id) AS prev_discharged_at
    FROM visits
)
SELECT
    s.visit_id
  , s.site
  , s.mrn
  , p.patient_sk
  , p.sex
  , p.district
  , p.payer_code
  , s.admitted_at
  , s.discharged_at
  , s.admitted_at::date AS admit_date
  , s.admission_kind
  , s.diagnosis_code
  , s.disposition
  , s.attending_id
  , coalesce(o.n_other, 0) AS comorbidities
  , coalesce(o.has_hypertension, false) AS has_hypertension
  , date_diff('hour', s.admitted_at, s.discharged_at) / 24.0 AS los_days
  , date_diff('year', p.birth_date, s.admitted_at::date) AS age_at_visit
  , s.prev_discharged_at IS NOT NULL AND date_diff('day', s.prev_discharged_at, s.admitted_at) BETWEEN 0 AND 30 AS is_readmission
  , s.discharged_at IS NULL AS is_inpatient
  , s.estimate
FROM sequenced s
LEFT JOIN patients p
    ON p.mrn = s.mrn
    AND s.admitted_at >= p.valid_from
    AND s.admitted_at < p.valid_to
LEFT JOIN other_dx o ON o.visit_id = s.visit_id
-- table fct_bed_days
SELECT c.day, s.ward, count(DISTINCT s.visit_id) AS patients
FROM main.dim_calendar c
JOIN main.int_ward_stays s ON c.day BETWEEN s.entered_at::date AND s.left_at::date
GROUP BY ALL
-- table agg_occupancy
WITH grid AS (
    SELECT c.day, c.month_start, c.is_weekend, w.ward_code, w.ward_name, w.beds, w.division
    FROM main.dim_calendar c
    CROSS JOIN seeds.wards w
)
SELECT g.day, g.month_start, g.is_weekend, g.ward_code, g.ward_name, g.division, g.beds, coalesce(b.patients, 0) AS patients, round(coalesce(b.patients, 0) / g.beds, 3) AS occupancy
  , avg(coalesce(b.patients, 0)) OVER (PARTITION BY g.ward_code ORDER BY g.day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS patients_7d
FROM grid g
LEFT JOIN main.fct_bed_days b ON b.day = g.day AND b.ward = g.ward_code
-- table stg_lab_results
WITH messages AS (
    SELECT message_id, visit_no, received_at, analyser, body::json AS body FROM raw.lab_messages
)
, exploded AS (
    SELECT message_id, visit_no AS visit_id, received_at, analyser, body->>'$.panel' AS panel, body->>'$.status' AS result_status, unnest(json_extract(body, '$.results[*]')) AS item
    FROM messages
)
SELECT message_id, visit_id, received_at, analyser, panel, result_status, item->>'$.code' AS code, (item->>'$.value')::double AS value
FROM exploded
WHERE result_status = 'final'
-- incremental fct_labs key=message_id,code on_schema_change=append_new_columns
SELECT l.message_id, l.visit_id, l.received_at, l.panel, l.code, l.value, coalesce(l.analyser, 'unknown') AS analyser, CASE WHEN l.value < r.low THEN 'low' WHEN l.value > r.high THEN 'high' WHEN r.code IS NULL THEN 'no range' ELSE 'normal' END AS flag
FROM main.stg_lab_results l
LEFT JOIN seeds.lab_ranges r ON r.code = l.code
/* when incremental */
WHERE l.received_at >= (SELECT max(received_at) FROM main.fct_labs) - INTERVAL 3 DAY
/* end */
-- table int_last_labs
SELECT visit_id, code, value AS last_value, flag AS last_flag
FROM main.fct_labs
QUALIFY row_number() OVER (PARTITION BY visit_id, code ORDER BY received_at DESC) = 1
-- table int_vitals_wide
PIVOT (SELECT visit_no AS visit_id, reading_no, metric, val, taken_at FROM main.base_vitals) ON metric IN ('hr', 'sbp', 'temp', 'spo2') USING max(val) GROUP BY visit_id, reading_no, taken_at
-- table fct_vitals_score
SELECT
    visit_id
  , taken_at
  , CASE WHEN hr > 110 THEN 2 WHEN hr > 100 THEN 1 ELSE 0 END
  + CASE WHEN sbp < 100 THEN 2 ELSE 0 END
  + CASE WHEN temp >= 38.5 OR temp < 36 THEN 1 ELSE 0 END
  + CASE WHEN spo2 < 92 THEN 3 ELSE 0 END AS ews
FROM main.int_vitals_wide
-- table int_visit_acuity unique=visit_id
SELECT visit_id, max(ews) AS max_ews, avg(ews) AS mean_ews, arg_max(ews, taken_at) AS last_ews, count(*) AS readings
FROM main.fct_vitals_score
GROUP BY visit_id
-- table fct_med_orders
SELECT
    o.order_id
  , o.visit_no AS visit_id
  , lower(trim(o.drug)) AS drug
  , o.dose_mg * o.times_per_day AS daily_mg
  , o.ordered_at
  , coalesce(o.stopped_at, v.discharged_at) AS ended_at
  , o.stopped_at IS NULL AS open_ended
  , o.prescriber
  , s.role AS prescriber_role
  , s.staff_id IS NULL AS unknown_prescriber
FROM raw.med_orders o
JOIN main.fct_visits v ON v.visit_id = o.visit_no
LEFT JOIN main.dim_staff s ON s.staff_id = o.prescriber
-- table int_drug_overlaps
SELECT a.visit_id, a.drug AS drug_a, b.drug AS drug_b, count(*) AS overlaps
FROM main.fct_med_orders a
JOIN main.fct_med_orders b ON a.visit_id = b.visit_id AND a.drug < b.drug AND a.ordered_at < coalesce(b.ended_at, timestamp '2025-01-01') AND b.ordered_at < coalesce(a.ended_at, timestamp '2025-01-01')
GROUP BY 1, 2, 3
HAVING count(*) > 0
-- snapshot snap_claims key=claim_id check=status,denial_reason
SELECT claim_id, visit_ref, payer_code, status, denial_reason, submitted_at FROM raw.claims
-- table int_claim_amounts
SELECT claim_id, sum(units) AS units, sum(billed_cents) / 100.0 AS billed, sum(paid_cents) / 100.0 AS paid, count(*) FILTER (WHERE paid_cents = 0) AS unpaid_lines, list(DISTINCT cpt ORDER BY cpt) AS cpts
FROM raw.claim_lines
GROUP BY claim_id
-- table fct_claims unique=claim_id required=claim_id
WITH current_claims AS (
    SELECT * FROM main.snap_claims WHERE dbt_valid_to IS NULL
)
SELECT
    c.claim_id
  , c.visit_ref AS visit_id
  , c.status
  , coalesce(c.denial_reason, CASE WHEN c.status = 'denied' THEN 'unspecified' END) AS denial_reason
  , p.payer_name
  , coalesce(p.payer_class, 'unmapped') AS payer_class
  , c.submitted_at::date AS submitted_on
  , a.billed
  , a.paid
  , a.billed * coalesce(p.rate_factor, 1) AS expected
  , a.unpaid_lines
  , len(a.cpts) AS n_cpts
  , v.site
  , v.payer_code IS DISTINCT FROM c.payer_code AS payer_mismatch
FROM current_claims c
LEFT JOIN seeds.payers p USING (payer_code)
LEFT JOIN main.int_claim_amounts a ON a.claim_id = c.claim_id
LEFT JOIN main.fct_visits v ON v.visit_id = c.visit_ref
-- table fct_appointments
SELECT
    a.* EXCLUDE (outcome, mrn) REPLACE (upper(clinic) AS clinic)
  , p.patient_sk
  , lower(a.outcome) AS outcome
  , lower(a.outcome) = 'no_show' AS is_no_show
  , a.reminder IS NOT NULL AS was_reminded
  , count(*) FILTER (WHERE lower(a.outcome) = 'no_show') OVER (PARTITION BY a.mrn ORDER BY a.slot_at, a.appt_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS prior_no_shows
FROM raw.appointments a
LEFT JOIN main.dim_patient p ON p.mrn = a.mrn
-- table agg_clinic_month
SELECT clinic, date_trunc('month', slot_at)::date AS month, count(*) AS slots, sum(is_no_show::int) AS no_shows, sum(minutes) FILTER (WHERE outcome = 'attended') AS minutes_used, sum(minutes) AS minutes_total
FROM main.fct_appointments
WHERE outcome <> 'cancelled'
GROUP BY clinic, month
-- view rpt_utilisation
SELECT *, minutes_used / minutes_total AS utilisation, no_shows / slots AS no_show_rate, rank() OVER (PARTITION BY month ORDER BY no_shows DESC, clinic) AS no_show_rank
FROM main.agg_clinic_month
-- table rpt_readmissions
SELECT site, d.chapter, count(*) AS discharges, count(*) FILTER (WHERE v.is_readmission) AS readmissions, avg(v.los_days) AS avg_los, quantile_cont(v.los_days, 0.5) AS median_los
FROM main.fct_visits v
LEFT JOIN main.dim_diagnosis d ON d.diagnosis_code = v.diagnosis_code
WHERE NOT v.is_inpatient
GROUP BY ROLLUP (site, d.chapter)
-- table rpt_physician_load
SELECT s.staff_id, s.full_name, s.department, s.role, count(v.visit_id) AS visits, sum(v.los_days) AS bed_days, count(DISTINCT v.mrn) AS patients, (SELECT count(*) FROM main.fct_med_orders o WHERE o.prescriber = s.staff_id) AS orders
FROM main.dim_staff s
LEFT JOIN main.fct_visits v ON v.attending_id = s.staff_id
WHERE s.is_employed
GROUP BY ALL
-- table rpt_payer_aging
SELECT payer_class, CASE WHEN date_diff('day', submitted_on, date '2024-12-31') > 180 THEN '180+' WHEN date_diff('day', submitted_on, date '2024-12-31') > 90 THEN '91-180' ELSE '0-90' END AS bucket, count(*) AS claims, sum(billed - paid) AS outstanding
FROM main.fct_claims
WHERE status IN ('pending', 'partial')
GROUP BY 1, 2
-- table rpt_denials
SELECT denial_reason, site, count(*) AS denials, sum(billed) AS billed
FROM main.fct_claims
WHERE status = 'denied'
GROUP BY GROUPING SETS ((denial_reason), (denial_reason, site))
-- table feat_readmission
SELECT
    v.visit_id
  , v.age_at_visit
  , v.sex
  , v.comorbidities
  , coalesce(a.max_ews, 0) AS max_ews
  , a.last_ews
  , l.last_value AS creatinine
  , l.last_flag IN ('low', 'high') AS creatinine_abnormal
  , ln(1 + v.los_days) AS log_los
  , EXISTS (SELECT 1 FROM main.int_drug_overlaps x WHERE x.visit_id = v.visit_id AND x.drug_a = 'aspirin' AND x.drug_b = 'heparin') AS bleeding_risk
  , v.is_readmission::int AS label
FROM main.fct_visits v
LEFT JOIN main.int_visit_acuity a USING (visit_id)
LEFT JOIN main.int_last_labs l ON l.visit_id = v.visit_id AND l.code = 'CREA'
WHERE v.disposition IS DISTINCT FROM 'DIED'
-- table rpt_frequent_patients
SELECT p.mrn, p.patient_name, p.zip, f.visits, f.last_visit
FROM main.dim_patient p
JOIN (SELECT mrn, count(*) AS visits, max(admitted_at) AS last_visit FROM main.fct_visits GROUP BY mrn HAVING count(*) >= 4) f ON f.mrn = p.mrn
WHERE p.payer_code NOT IN (SELECT payer_code FROM seeds.payers WHERE payer_class = 'self')
-- incremental agg_daily_admissions key=admit_date,site on_schema_change=ignore
SELECT admit_date, site, count(*) AS admissions, count(*) FILTER (WHERE admission_kind = 'emergency') AS emergencies, sum(estimate) AS estimated_cost
FROM main.fct_visits
/* when incremental */
WHERE admit_date > (SELECT max(admit_date) FROM main.agg_daily_admissions) - 14
/* end */
GROUP BY 1, 2
