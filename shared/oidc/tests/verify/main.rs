//! Which tokens are accepted, asked of the whole verifier over http.
#![expect(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod counterpart;
mod google;
mod issuer;
mod tokens;
mod world;
