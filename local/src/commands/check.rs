//! `downstream check`: the whole river over two commits, nothing sent.

mod sarif;
mod told;

use std::collections::{BTreeMap, HashMap};

use contracts::messages::ChangeReported;
use contracts::record::VerdictRecord;
use contracts::{CommitId, RepoName};
use git::Git;
use relationships::Relationships;

use crate::cli::{Check, Common, Output};
use crate::commands::index::{first_failure, rev};
use crate::exit::{Exit, Failure};
use crate::names::{self, Named};
use crate::relations;
use crate::river::{Plan, River};
use crate::watch::{self, Shown};

pub async fn run(common: &Common, args: &Check) -> Result<Exit, Failure> {
    let question = Question::understand(common, args).await?;
    // A folder of its own: what is only asked about must not replace what was really pushed.
    let folder = tempfile::tempdir()?;
    let river = River::start(common, folder.path().to_owned(), question.plan(args.with_model)).await?;
    let by_flag = if common.json { Output::Json } else { Output::Human };
    let output = args.output.unwrap_or(by_flag);
    let records = question.ask(&river, output != Output::Human).await?;
    told::print(common, output, &question, &records, &river.world.blobs).await?;
    river.drain().await;
    let worst = records.iter().flat_map(|record| &record.verdict.findings).map(|f| f.urgency).max();
    Ok(if worst.is_some_and(|urgency| args.fail_on.includes(urgency)) { Exit::Findings } else { Exit::Ok })
}

/// A provider, two commits and the dependents to look at.
pub struct Question {
    pub provider: Named,
    pub base: CommitId,
    pub head: CommitId,
    pub dependents: Vec<Named>,
    /// Commits to look at instead of a dependent's head.
    pub pinned: BTreeMap<RepoName, CommitId>,
    pub relationships: Relationships,
}

impl Question {
    async fn understand(common: &Common, args: &Check) -> Result<Self, Failure> {
        let provider = names::understand(&args.repo, &common.git_base_url)?;
        let declared = relations::read(&common.relationships)?.unwrap_or_else(Relationships::empty);
        let cache = tempfile::tempdir()?;
        let git = Git::open(cache.path(), git::Settings { allow_private: true, ..git::Settings::default() });
        let base = commit(&git, &provider, &args.base).await?;
        let head = commit(&git, &provider, &args.head).await?;
        let mut dependents = Vec::new();
        let mut pinned = BTreeMap::new();
        for typed in &args.dependents {
            let (what, at) = names::split_rev(typed);
            let named = names::understand(what, &common.git_base_url)?;
            let known = dependents.iter().chain([&provider]).find(|known: &&Named| known.repo == named.repo);
            let named = named.beside(known.map(|known| known.url.as_str()));
            if let Some(at) = at {
                pinned.insert(named.repo.clone(), commit(&git, &named, at).await?);
            }
            dependents.push(named);
        }
        if dependents.is_empty() {
            let of = |repo: &RepoName| Named { url: names::join(&common.git_base_url, repo), repo: repo.clone() };
            dependents = declared.dependents_of(&provider.repo).into_iter().map(of).collect();
        }
        if dependents.is_empty() {
            return Err(Failure::Usage(format!(
                "nobody depends on {} by {}; name a dependent with --dependent",
                provider.repo,
                common.relationships.display()
            )));
        }
        let targets: Vec<RepoName> = dependents.iter().map(|d| d.repo.clone()).collect();
        let known = declared.dependents_of(&provider.repo);
        let all_declared = targets.iter().all(|target| known.contains(&target));
        let relationships = match all_declared {
            true => declared,
            false => relations::one_off(&provider.repo, &targets, &args.relationship)?,
        };
        Ok(Self { provider, base, head, dependents, pinned, relationships })
    }

    /// An installation that knows just these repositories.
    pub fn plan(&self, asks_a_model: bool) -> Plan {
        let all = self.dependents.iter().chain([&self.provider]);
        let addresses: HashMap<String, String> =
            all.map(|n| (n.repo.as_str().to_ascii_lowercase(), n.url.clone())).collect();
        Plan { relationships: self.relationships.clone(), addresses, sends_nothing: true, asks_a_model, settles: false }
    }

    /// The verdict about each dependent.
    pub async fn ask(&self, river: &River, quiet: bool) -> Result<Vec<VerdictRecord>, Failure> {
        let run = river
            .report(ChangeReported {
                before: Some(self.base.clone()),
                dry_run: true,
                only: self.dependents.iter().map(|d| d.repo.clone()).collect(),
                pinned: self.pinned.clone(),
                ..ChangeReported::of(self.provider.repo.clone(), self.provider.url.clone(), Some(self.head.clone()))
            })
            .await?;
        watch::until_finished(river, &[(run.clone(), self.provider.repo.clone())], Shown::Activity.unless(quiet))
            .await?;
        let records = river.world.store.verdicts(&run).await?;
        if let Some(error) = first_failure(river, &run).await? {
            return Err(Failure::Environment(error));
        }
        Ok(records)
    }
}

async fn commit(git: &Git, named: &Named, typed: &str) -> Result<CommitId, Failure> {
    Ok(git.resolve(&named.url, &rev(typed)).await?.commit)
}
