//! The whole service, asked over HTTP, with an inbox that keeps its set in memory.

mod actions;
mod api;
mod bad_push;
mod issues;
mod pull_request;
mod push;
mod triage;
mod world;
