//! `downstream doctor`: everything that would keep an installation from working, each with its id and what to do.

mod auth;
mod left_behind;
mod model;
mod service;
mod undeclared;
mod unused;

use std::path::Path;

use contracts::RepoName;
use git::{Git, OnProgress, Rev, Wanted};
use relationships::{Consumer, Relationships, Severity};
use serde::Serialize;
use serde_json::json;

use crate::cli::{Common, Doctor};
use crate::exit::{Exit, Failure};
use crate::home::{self, Home};
use crate::show::{Paint, inert};
use crate::{credentials, names, relations};
use undeclared::undeclared;
use unused::unused;

/// Dead letters that are listed.
const SHOWN_LETTERS: u32 = 20;

/// How a check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Ok,
    Warning,
    Failed,
}

/// One line of the report. The ids are an interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Check {
    id: &'static str,
    status: Status,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
}

impl Check {
    fn ok(id: &'static str, message: impl Into<String>) -> Self {
        Self { id, status: Status::Ok, message: message.into(), fix: None }
    }

    fn warning(id: &'static str, message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { id, status: Status::Warning, message: message.into(), fix: Some(fix.into()) }
    }

    fn failed(id: &'static str, message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { id, status: Status::Failed, message: message.into(), fix: Some(fix.into()) }
    }
}

pub async fn run(common: &Common, args: &Doctor) -> Result<Exit, Failure> {
    if let Some(url) = &args.url {
        return Ok(told(common, &service::checks(url).await));
    }
    let mut checks = vec![pipeline(&common.pipeline)];
    checks.extend(model::check(common));
    let relationships = config(&common.relationships, &mut checks);
    let home = storage(common, &mut checks).await;
    if let (Some(home), Some(relationships)) = (&home, &relationships) {
        checks.extend(left_behind::check(common, home, relationships).await?);
        match undeclared(&home.store, &home.blobs, relationships).await {
            Ok(found) => checks.extend(found),
            Err(error) => checks.push(Check::failed("storage.open", error.to_string(), "see whether the disk is full")),
        }
    }
    drop(home);
    if let Some(relationships) = &relationships {
        let folder = tempfile::tempdir()?;
        // Without credentials that can be used, as everybody may; what is wrong with them is told below.
        let settings = credentials::git_settings(common);
        let settings = settings.unwrap_or_else(|_| git::Settings { allow_private: true, ..git::Settings::default() });
        repositories(common, relationships, &Git::open(folder.path(), settings), &mut checks).await;
        permissions(common, relationships, folder.path(), &mut checks).await;
    }
    secrets(common, &mut checks);
    Ok(told(common, &checks))
}

fn told(common: &Common, checks: &[Check]) -> Exit {
    print(common, checks);
    let worst = checks.iter().map(|check| check.status).max();
    if worst == Some(Status::Failed) { Exit::Findings } else { Exit::Ok }
}

fn pipeline(path: &Path) -> Check {
    let id = "config.pipeline";
    match relations::read_pipeline(path) {
        Ok(_) if path.exists() => Check::ok(id, format!("{} is understood", path.display())),
        Ok(_) => Check::ok(id, format!("{} does not exist: built-in settings are used", path.display())),
        Err(failure) => Check::failed(id, failure.to_string(), format!("correct {}", path.display())),
    }
}

fn config(path: &Path, checks: &mut Vec<Check>) -> Option<Relationships> {
    let id = "config.parse";
    let relationships = match relations::read(path) {
        Ok(Some(relationships)) => relationships,
        Ok(None) => {
            let message = format!("{} does not exist: pushes are indexed and nobody is told", path.display());
            checks.push(Check::failed(id, message, "write it, or name another with --relationships"));
            return None;
        }
        Err(failure) => {
            checks.push(Check::failed(id, failure.to_string(), format!("correct {}", path.display())));
            return None;
        }
    };
    let count = relationships.repositories().count();
    checks.push(Check::ok(id, format!("{} names {count} repositories", path.display())));
    for problem in relationships.validate() {
        let message = format!("{}:{problem}", path.display());
        let fix = format!("correct {}", path.display());
        checks.push(match problem.severity {
            Severity::Warning => Check::warning("config.validate", message, fix),
            Severity::Error => Check::failed("config.validate", message, fix),
        });
    }
    Some(relationships)
}

async fn storage(common: &Common, checks: &mut Vec<Check>) -> Option<Home> {
    let id = "storage.open";
    let path = match common.home.clone().map_or_else(home::default_path, Ok) {
        Ok(path) => path,
        Err(failure) => {
            checks.push(Check::failed(id, failure.to_string(), "give a folder with --home"));
            return None;
        }
    };
    let home = match Home::open(&path, runtime::clock::system()).await {
        Ok(home) => home,
        Err(failure) => {
            let message = failure.to_string();
            checks.push(Check::warning(id, message, "stop the other process to have its dead letters listed"));
            return None;
        }
    };
    checks.push(Check::ok(id, format!("{} can be written", path.display())));
    match home.queue.dead_letters(SHOWN_LETTERS).await {
        Ok(letters) if letters.is_empty() => checks.push(Check::ok("queue.dead_letters", "none")),
        Ok(letters) => checks.extend(letters.iter().map(|letter| {
            let message =
                format!("{} gave up message {}: {}", letter.parcel.stage, letter.parcel.id, inert(&letter.why));
            Check::warning(
                "queue.dead_letters",
                message,
                "mend the cause, then report the change again (push, or downstream replay)",
            )
        })),
        Err(error) => {
            checks.push(Check::failed("queue.dead_letters", error.to_string(), "see whether the disk is full"))
        }
    }
    Some(home)
}

/// Every repository exists, and every interface file at its head.
async fn repositories(common: &Common, relationships: &Relationships, git: &Git, checks: &mut Vec<Check>) {
    for source in relationships.repositories() {
        for consumer in relationships.consumers_of(source) {
            let url = names::join(&common.git_base_url, &consumer.repo);
            match consumer_checks(git, &url, source, consumer).await {
                Ok(found) => checks.extend(found),
                Err(error) => checks.push(unreachable_repository(&consumer.repo, &error)),
            }
        }
        if let Err(error) = git.resolve(&names::join(&common.git_base_url, source), &Rev::Head).await {
            checks.push(unreachable_repository(source, &error));
        }
    }
}

fn unreachable_repository(repo: &RepoName, error: &git::Error) -> Check {
    Check::failed(
        "config.repos_exist",
        format!("{repo}: {error}"),
        "correct the name, or for a private repository set GITHUB_TOKEN or install the GitHub App on it",
    )
}

async fn consumer_checks(
    git: &Git,
    url: &str,
    source: &RepoName,
    consumer: &Consumer,
) -> Result<Vec<Check>, git::Error> {
    let fetched = git.fetch(url, &Wanted::only(Rev::Head), OnProgress::silent()).await?;
    let listing = fetched.repository.list(&fetched.after, git.limits().max_files).await?;
    let paths: Vec<String> = listing.entries.into_iter().map(|entry| entry.path).collect();
    let mut checks = interface_files(&consumer.repo, &consumer.interface_files, &paths);
    let has_interface = checks.iter().any(|check| check.status == Status::Ok);
    checks.extend(unused(&fetched, &consumer.repo, source, has_interface, git.limits()).await?);
    Ok(checks)
}

fn interface_files(repo: &RepoName, files: &[String], paths: &[String]) -> Vec<Check> {
    let id = "config.interface_files_exist";
    let check = |file: &String| {
        if paths.binary_search(file).is_ok() {
            return Check::ok(id, format!("{repo}: {file}"));
        }
        let near = nearest(file, paths);
        let hint = near.map(|path| format!("did you mean {}?", inert(path)));
        let fix = hint.unwrap_or_else(|| "correct the path in relationships.json".to_owned());
        Check::failed(id, format!("{repo}: {file} does not exist at its head"), fix)
    };
    files.iter().map(check).collect()
}

/// The path that was probably meant: the same file name first, then the likest spelling.
fn nearest<'p>(file: &str, paths: &'p [String]) -> Option<&'p String> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let likeness = |path: &&String| {
        let same_name = if name(path) == name(file) { 1.0 } else { 0.0 };
        same_name + strsim::jaro_winkler(path, file)
    };
    let best = paths.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(&best) > 0.8).then_some(best)
}

async fn permissions(common: &Common, relationships: &Relationships, outbox: &Path, checks: &mut Vec<Check>) {
    let id = "github.permissions";
    let Some(github) = auth::github(common, outbox, checks).await else { return };
    auth::sources(&github, relationships, checks).await;
    let mut targets: Vec<&RepoName> =
        relationships.repositories().flat_map(|s| relationships.dependents_of(s)).collect();
    targets.sort();
    targets.dedup();
    for target in targets {
        if let Some(check) = auth::target(&github, target).await {
            checks.push(check);
            continue;
        }
        checks.push(match github.permissions(target).await {
            Err(error) => Check::failed(id, format!("{target}: {error}"), "give the token access to it"),
            Ok(p) if p.archived => {
                Check::failed(id, format!("{target} is archived"), "remove it from relationships.json")
            }
            Ok(p) if !p.has_issues => {
                Check::failed(id, format!("{target}: issues are switched off"), "switch them on in its settings")
            }
            Ok(p) if !p.triage && !p.push => Check::warning(
                id,
                format!("{target}: labels will be dropped"),
                "give the token the triage or write role",
            ),
            Ok(_) => Check::ok(id, format!("{target}: issues can be written and labelled")),
        });
    }
}

fn secrets(common: &Common, checks: &mut Vec<Check>) {
    let id = "webhook.secret";
    checks.push(match common.secrets.webhook_secret {
        Some(_) => Check::ok(id, "deliveries must be signed"),
        None => Check::warning(
            id,
            "GITHUB_WEBHOOK_SECRET is not set: unsigned deliveries are taken on loopback",
            "set it before exposing the port",
        ),
    });
}

fn print(common: &Common, checks: &[Check]) {
    if common.json {
        println!("{}", json!({ "schema": "downstream.doctor/v1", "checks": checks }));
        return;
    }
    let paint = Paint::of_stdout();
    for Check { id, status, message, fix } in checks {
        let mark = match status {
            Status::Ok => paint.green("✓"),
            Status::Warning => paint.yellow("!"),
            Status::Failed => paint.red("✗"),
        };
        println!("{mark} {id:<30} {message}");
        if let Some(fix) = fix {
            println!("  {}", paint.dim(&format!("→ {fix}")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_path_gets_the_right_one_told() {
        let mut paths: Vec<String> =
            ["config/llm.yaml", "utils/llm_client.py", "utils/other.py", "README.md"].map(str::to_owned).into();
        paths.sort();
        let repo = "o/n".parse().expect("a name");
        let files = ["utils/llm_client.py", "src/llm_client.py", "config/lm.yaml", "zzz/qqq"].map(str::to_owned);
        let fixes: Vec<_> = interface_files(&repo, &files, &paths).into_iter().map(|c| c.fix).collect();
        let expected = [
            None,
            Some("did you mean utils/llm_client.py?"),
            Some("did you mean config/llm.yaml?"),
            Some("correct the path in relationships.json"),
        ];
        assert_eq!(fixes, expected.map(|fix| fix.map(str::to_owned)));
    }
}
