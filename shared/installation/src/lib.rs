//! What an installation is set to: doors and configuration that several functions open the same way.
//!
//! Settings come from the environment of a deployed process; what is missing is gathered there
//! ([`Environment::check`](environment::Environment::check)).

mod adviser;
mod github_access;
mod parsing;

use std::path::Path;
use std::sync::Arc;

use contracts::RepoName;
use environment::Environment;
use relationships::Relationships;

pub use adviser::{ModelKeys, model};
pub use github_access::{GithubAccess, git_settings};
pub use parsing::{PARSE_WORKER, parse_worker, parsers};

/// Where repositories are fetched from, by name.
pub type WhereIs = Arc<dyn Fn(&RepoName) -> String + Send + Sync>;

/// Who depends on whom: the file of the package, or the one that `ORCHESTRATOR_RELATIONSHIPS` names.
pub fn relationships(environment: &Environment) -> Arc<Relationships> {
    let path = environment.optional("ORCHESTRATOR_RELATIONSHIPS").unwrap_or("config/relationships.json");
    let read = || -> Result<Relationships, String> {
        let text = std::fs::read_to_string(Path::new(path)).map_err(|e| format!("cannot read {path}: {e}"))?;
        Relationships::parse(&text).map_err(|problem| format!("{path}:{problem}"))
    };
    Arc::new(read().unwrap_or_else(|why| {
        environment.complain(why);
        Relationships::empty()
    }))
}

/// Where repositories are: below `ORCHESTRATOR_GIT_BASE_URL`, which is GitHub if it is not set.
pub fn where_is(environment: &Environment) -> WhereIs {
    let base = environment.optional("ORCHESTRATOR_GIT_BASE_URL").unwrap_or("https://github.com").to_owned();
    Arc::new(move |repo: &RepoName| join(&base, repo))
}

/// The address of `owner/name` below a base.
pub fn join(git_base_url: &str, repo: &RepoName) -> String {
    format!("{}/{repo}", git_base_url.trim_end_matches('/'))
}
