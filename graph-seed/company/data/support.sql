insert into support.tickets
select 7000 + i, case when i % 6 = 0 then null else 100000 + 1 + (i * 3) % 900 end, 1 + (i * 29) % 240,
       ['delivery', 'refund', 'product', 'account', 'delivery'][1 + i % 5],
       case when i % 4 = 0 then null else ['normal', 'high', 'low'][1 + i % 3] end,
       timestamp '2026-08-01 08:00:00' + to_minutes((i * 431) % 150000),
       case when i % 7 = 0 then null else timestamp '2026-08-02 09:00:00' + to_minutes((i * 431) % 150000) end
from range(1, 321) t(i);

insert into support.contacts
select i, 7000 + 1 + (i * 11) % 320, ['chat', 'mail', 'phone'][1 + i % 3],
       case when i % 13 = 0 then null else ['desk-nord', 'desk-sued', 'desk-night'][1 + i % 3] end, 60 + (i * 71) % 1400
from range(1, 521) t(i);

insert into support.csat_answers
select 7000 + i * 2, case when i % 9 = 0 then null else 1 + (i * 7) % 5 end, timestamp '2026-08-04 10:00:00' + to_minutes((i * 733) % 150000)
from range(1, 141) t(i);
