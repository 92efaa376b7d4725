-- Help desk export and its reporting views (BigQuery project harbour-support, mirrored into the warehouse).
create table support.tickets (
  ticket_id    bigint not null,
  order_id     bigint,
  customer_id  bigint not null,
  topic        string not null,
  priority     string,
  opened_at    timestamp not null,
  solved_at    timestamp
);

create table support.contacts (
  contact_id   bigint not null,
  ticket_id    bigint not null,
  channel      string not null,
  handled_by   string,
  seconds      integer
);

create table support.csat_answers (
  ticket_id    bigint not null,
  score        integer,
  answered_at  timestamp not null
);

create view support.order_lookup as
select o.order_id, o.status, o.shipping_country, o.created_at, t.ticket_id, t.topic
from checkout.open_orders o
left join support.tickets t on t.order_id = o.order_id;

create table support.ticket_daily as
select cast(opened_at as date) as day, topic, coalesce(priority, 'normal') as priority, count(*) as tickets
from support.tickets
group by cast(opened_at as date), topic, coalesce(priority, 'normal');

create table support.first_contact_resolution as
select t.topic,
       count(distinct t.ticket_id) as tickets,
       count(distinct case when n.contacts = 1 then t.ticket_id end) as solved_at_first_contact,
       avg(c.score) as avg_score
from support.tickets t
join (select ticket_id, count(*) as contacts from support.contacts group by ticket_id) n on n.ticket_id = t.ticket_id
left join support.csat_answers c on c.ticket_id = t.ticket_id
group by t.topic;

create table support.contact_cost_by_customer as
select t.customer_id, count(*) as contacts, sum(c.seconds) as seconds, max(t.opened_at) as last_ticket_at
from support.contacts c
join support.tickets t on t.ticket_id = c.ticket_id
group by t.customer_id;
