//! The program itself, as a process: typed commands, exit codes, kills.

mod actions;
mod bad_input;
mod commands;
mod demo;
mod fake_github;
mod issue_commands;
mod kill;
mod model;
mod odd_repositories;
mod process;
mod pull_requests;
mod repositories;
mod setup;
mod upkeep;
