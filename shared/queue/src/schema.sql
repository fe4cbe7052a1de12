create table if not exists message (
    stage text not null,
    id text not null,
    envelope text not null,
    visible_at integer not null,
    attempts integer not null default 0,
    leased integer not null default 0,
    crashes integer not null default 0,
    primary key (stage, id)
) without rowid;
create index if not exists message_by_time on message (stage, visible_at);
create table if not exists dead_letter (
    stage text not null,
    id text not null,
    envelope text not null,
    why text not null,
    at integer not null,
    primary key (stage, id)
) without rowid;
