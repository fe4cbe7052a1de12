-- The state of the river in Postgres, beside `schema.sql`, which says what each table is for. Statements are written once,
-- in SQLite's words; what Postgres lacks of them comes first.

-- Postgres' text cannot hold the character 0, and refuses to take apart JSON that says it. Every other character stays.
create function without_zeros(body text) returns json language sql immutable parallel safe as $$
    select cast(case when strpos(body, '\u0000') = 0 then body
                     else regexp_replace(body, '(?<!\\)((?:\\\\)*)\\u0000', '\1\\ufffd', 'g') end as json)
$$;
create function json_part(body text, name text) returns text language sql immutable parallel safe as $$
    select cast(without_zeros(body) -> name as text)
$$;
create function json_text(body text, name text) returns text language sql immutable parallel safe as $$
    select without_zeros(body) ->> name
$$;
create function json_text(body text, place integer) returns text language sql immutable parallel safe as $$
    select without_zeros(body) ->> place
$$;
create operator -> (leftarg = text, rightarg = text, function = json_part);
create operator ->> (leftarg = text, rightarg = text, function = json_text);
create operator ->> (leftarg = text, rightarg = integer, function = json_text);
-- Strings come as what they say, everything else as JSON.
create function json_each(body text, out value text) returns setof text language sql immutable parallel safe rows 100 as $$
    select item #>> '{}' from json_array_elements(without_zeros(body)) as item
$$;

-- What functions without a stage remember from one round to the next.
create table memo (name text primary key, body text not null);

-- Names compare byte by byte, as in SQLite, whatever the database's language.
create table delivery (
    run text collate "C" primary key,
    id text collate "C" unique,
    repo text not null,
    reported_at bigint not null
);
create table inbox (seq bigint generated always as identity primary key, report text not null);
create index inbox_by_run on inbox ((report ->> 1));
create table decision (
    message text collate "C" not null,
    stage text collate "C" not null,
    run text collate "C" not null,
    status text not null,
    body text not null,
    started_at bigint not null,
    ended_at bigint not null,
    attempts bigint not null,
    primary key (message, stage)
);
create index decision_by_run on decision (run);
create table flight (
    run text collate "C" not null,
    message text collate "C" not null,
    stage text collate "C" not null,
    primary key (run, message, stage)
);
create table event (
    seq bigint generated always as identity primary key,
    kind text not null,
    run text collate "C" not null,
    at bigint not null,
    data text not null
);
create table repository (repo text collate "C" primary key, seq bigint not null, body text not null);
create table document_index (repo text collate "C" primary key, seq bigint not null, body text not null);
create table verdict (
    run text collate "C" not null,
    target text collate "C" not null,
    relationship text collate "C" not null,
    body text not null,
    primary key (run, target, relationship)
);
create table finding (
    fingerprint text collate "C" primary key,
    source text collate "C" not null,
    target text collate "C" not null,
    state text not null,
    seq bigint not null,
    body text not null
);
create index finding_by_target on finding (target);
create index finding_by_source on finding (source);
create table notice (fingerprint text collate "C" primary key, body text not null);
create index notice_by_state on notice ((body ->> 'state'));
create table wish (fingerprint text collate "C" primary key, at bigint not null, until bigint, body text not null);
create index wish_by_end on wish (until);
create index wish_by_target on wish (lower(body ->> 'target'));
create table checked (
    target text collate "C" not null,
    source text collate "C" not null,
    relationship text collate "C" not null,
    seq bigint not null,
    body text not null,
    primary key (target, source, relationship)
);
create table analysis (key text collate "C" primary key, body bytea not null);
create table model_call (
    seq bigint generated always as identity primary key,
    input text collate "C" not null,
    repo text collate "C" not null,
    day bigint not null,
    model text not null,
    micro_usd bigint not null,
    answer text
);
create index model_call_by_input on model_call (input);
create index model_call_by_day on model_call (repo, day);

-- The search index. Rows of a repository count from 0 and are never used twice.
-- `dimensions` of its vectors (0 before there is one); `chunks` that stand in it and the `words` of all of them; `dead`: rows
-- that are gone and still stand in postings, as `[[first, count], …]`; `steps` since the postings were last made anew.
create table indexed_repository (
    number bigint generated always as identity primary key,
    repo text collate "C" not null unique,
    seq bigint not null,
    version text not null,
    next_row bigint not null,
    dimensions bigint not null,
    chunks bigint not null,
    words bigint not null,
    dead text not null,
    steps bigint not null
);
-- `chunks` is `[[start, end, title], …]`, `terms` one text a chunk.
create table indexed_file (
    repository bigint not null,
    path text collate "C" not null,
    oid text not null,
    first_row bigint not null,
    chunks text not null,
    terms text not null,
    primary key (repository, path)
);
-- A file without chunks has no row of its own.
create unique index indexed_file_by_row on indexed_file (repository, first_row) where chunks <> '[]';
-- Vectors alone, so that a search reads little else. Components are whole numbers from -127 to 127, which a half-precision
-- number holds exactly.
create table chunk_vector (
    repository bigint not null,
    "row" bigint not null,
    vector halfvec not null,
    primary key (repository, "row")
);
alter table chunk_vector alter column vector set storage plain;
-- Where a term stands: rows, how often, and how many words the row has, packed. One list for each step of the index.
create table posting (
    repository bigint not null,
    term text collate "C" not null,
    step bigint not null,
    rows bytea not null,
    primary key (repository, term, step)
);
