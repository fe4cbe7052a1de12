//! The program itself, as a process: typed commands, exit codes, kills.

mod bad_input;
mod commands;
mod demo;
mod fake_github;
mod kill;
mod process;
mod repositories;
