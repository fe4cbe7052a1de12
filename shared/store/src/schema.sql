-- The state of the river. One text for SQLite now and Postgres later: plain types, `on conflict`, no triggers.

-- Reports that were accepted and decided about. The run's id follows from what was signed; the delivery's id is the sender's.
create table if not exists delivery (
    run text primary key,
    id text unique,
    repo text not null,
    reported_at integer not null
) without rowid;

-- Accepted reports that no stage has decided about yet, in the order they came: appended, read once, removed. What a
-- repeat is recognised by is in memory until the report is decided about and its `delivery` is kept: an index here would
-- cost every acknowledgement two scattered pages.
-- `report` is `[row, run, delivery, repository, time, envelope, topic]`: taken apart when it is decided about, not when somebody waits
-- for the answer.
create table if not exists inbox (seq integer primary key, report text not null);

-- What each stage decided about each message: the reason that a redelivery costs nothing and changes nothing.
create table if not exists decision (
    message text not null,
    stage text not null,
    run text not null,
    status text not null,
    body text not null,
    started_at integer not null,
    ended_at integer not null,
    attempts integer not null,
    primary key (message, stage)
) without rowid;
create index if not exists decision_by_run on decision (run);

-- Messages that were said and not yet decided about. A run without any is finished.
create table if not exists flight (
    run text not null,
    message text not null,
    stage text not null,
    primary key (run, message, stage)
) without rowid;

-- What observers are told, append-only.
create table if not exists event (
    seq integer primary key,
    kind text not null,
    run text not null,
    at integer not null,
    data text not null
);

create table if not exists repository (repo text primary key, seq integer not null, body text not null) without rowid;
create table if not exists document_index (repo text primary key, seq integer not null, body text not null) without rowid;
create table if not exists verdict (
    run text not null,
    target text not null,
    relationship text not null,
    body text not null,
    primary key (run, target, relationship)
) without rowid;
create table if not exists finding (
    fingerprint text primary key,
    source text not null,
    target text not null,
    state text not null,
    seq integer not null,
    body text not null
) without rowid;
create index if not exists finding_by_target on finding (target);
create index if not exists finding_by_source on finding (source);
create table if not exists notice (fingerprint text primary key, body text not null) without rowid;
create index if not exists notice_by_state on notice (body->>'state');
-- What people asked for. `until` is the end of a snooze.
create table if not exists wish (
    fingerprint text primary key, at integer not null, until integer, body text not null
) without rowid;
create index if not exists wish_by_end on wish (until);
create index if not exists wish_by_target on wish (lower(body->>'target'));
-- The last look at each relationship.
create table if not exists checked (
    target text not null,
    source text not null,
    relationship text not null,
    seq integer not null,
    body text not null,
    primary key (target, source, relationship)
) without rowid;

-- File analyses by grammar version, language and git blob id: parsed once, whatever commit or repository holds them.
create table if not exists analysis (key text primary key, body blob not null) without rowid;

-- Questions to a model, one row each time that one is sent; `input` is the digest of everything that was asked. What has an
-- answer is not sent again. Without one it is under way, or nobody got one; what it may cost counts all the same.
create table if not exists model_call (
    seq integer primary key,
    input text not null,
    repo text not null,
    day integer not null,
    model text not null,
    micro_usd integer not null,
    answer text
);
create index if not exists model_call_by_input on model_call (input);
create index if not exists model_call_by_day on model_call (repo, day);

-- What a function without a stage remembers from one round to the next, by its name.
create table if not exists memo (name text primary key, body text not null) without rowid;

-- The search index. A repository owns a range of row ids (number << 32), so that a search reads its rows only.
create table if not exists indexed_repository (
    repo text primary key,
    number integer not null unique,
    seq integer not null,
    version text not null,
    next_row integer not null
) without rowid;
create table if not exists indexed_file (
    repository integer not null,
    path text not null,
    oid text not null,
    first_row integer not null,
    chunks text not null,
    vectors blob not null,
    primary key (repository, path)
) without rowid;
create virtual table if not exists chunk_terms using fts5 (
    terms, content = '', contentless_delete = 1, tokenize = 'ascii'
);
-- Terms are gathered in memory up to this many bytes before they become a segment: a whole index makes few segments, and
-- few merges of them.
insert into chunk_terms (chunk_terms, rank) values ('hashsize', 33554432);
-- Every occurrence of every term, for comparing an index with a clean rebuild.
create virtual table if not exists chunk_occurrence using fts5vocab (chunk_terms, instance);
