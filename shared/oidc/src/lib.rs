//! Who sends a request, by a token that an identity provider signed (OpenID Connect Core 1.0, RFC 7519, RFC 8725).
//!
//! A [`Verifier`] is opened once for an issuer and asked for every token. Time arrives as a value: milliseconds since the
//! Unix epoch.

mod actions;
mod claims;
mod google;
mod keyring;
mod keys;
mod refused;
mod settings;
mod token;
mod verifier;
mod wire;

pub use actions::{ACTIONS_ISSUER, ActionsClaims};
pub use google::{GooglePush, google_push};
pub use refused::{Misconfigured, Refused, quoted};
pub use settings::{KeySource, Settings};
pub use token::{MOST_TOKEN_BYTES, bearer};
pub use verifier::{Claims, Verifier};
