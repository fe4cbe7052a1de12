//! Real servers that the doors are proved against.
//!
//! A server is installed once, into a cache folder, and says so; it listens on a free port of 127.0.0.1 and ends with the
//! process that started it, even if that is killed. All of this panics where it cannot do its job: it is for tests, and a
//! test without its counterpart has failed.

mod install;
mod localstack;
mod oidc_issuer;
mod server;

pub use localstack::localstack;
pub use oidc_issuer::oidc_issuer;
pub use server::Server;
