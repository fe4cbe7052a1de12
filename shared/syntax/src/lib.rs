//! The syntax door: from a file's bytes to what its syntax tree says.
//!
//! What it owes: every file gets an answer, whatever its bytes are. Grammars are foreign C code that can hang,
//! crash or eat memory, so [`Parsers`] runs them in child processes that are killed at a limit; such a file costs
//! itself only and says why in its [`contracts::analysis::ParseStatus`].
//!
//! [`language_of`] names a file's language, [`Parsers`] analyses files behind the process boundary,
//! [`serve_worker`] is the other side of that boundary and [`analyze`] is the work itself, in this process.

mod analyze;
mod digest;
mod dotted;
mod env;
mod error;
mod extract;
mod frame;
mod grammar;
mod language;
mod languages;
mod pool;
mod routes;
mod rules;
mod site;
mod text;
mod tree;
mod worker;

pub use analyze::{Analyzer, analyze, outline, parse_only, refusal};
pub use error::Error;
pub use grammar::GRAMMARS;
pub use language::{LANGUAGES, language_of};
pub use pool::{Job, Parsers, Settings, Worker};
pub use routes::join as join_paths;
pub use worker::serve_worker;
