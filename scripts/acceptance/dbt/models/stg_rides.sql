{{ config(materialized='view') }}
select ride_id, rider_id, cents, cast(started_at as date) as day from {{ ref('raw_rides') }}
