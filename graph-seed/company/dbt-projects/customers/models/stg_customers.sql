-- Everything the CRM has, so that a new field is at hand the day it arrives.
select *
from {{ source('crm', 'customers') }}
where email not like '%@harbour.example'
