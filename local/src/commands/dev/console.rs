//! What `dev` says while it runs: a line a repository that was indexed, and every verdict.

use std::collections::{HashMap, HashSet};
use std::io::Write;

use contracts::record::VerdictRecord;
use contracts::{RepoName, RunId};
use runtime::observe::Happening;
use store::Store;

use crate::show::{self, Paint, inert};

/// Runs that are remembered; a run is over long before so many others have come.
const REMEMBERED: usize = 1000;

/// The terminal of a running installation.
pub struct Console {
    store: Store,
    paint: Paint,
    runs: HashMap<RunId, Known>,
}

/// What was heard and said of a run.
#[derive(Default)]
struct Known {
    repo: Option<RepoName>,
    /// Dependents, with their relationship.
    verdicts_said: HashSet<(RepoName, String)>,
}

impl Console {
    /// Over the store that verdicts are read from.
    pub fn new(store: Store) -> Self {
        Self { store, paint: Paint::of_stdout(), runs: HashMap::new() }
    }

    /// Says what `happening` means to a person, if anything.
    pub async fn tell(&mut self, happening: &Happening) {
        if self.runs.len() > REMEMBERED {
            self.runs.clear();
        }
        match happening {
            Happening::Started { .. } => {}
            Happening::Progress(progress) => {
                self.runs.entry(progress.run.clone()).or_default().repo = Some(progress.repo.clone());
            }
            Happening::Ended { run, stage, error: Some(error), .. } => {
                let name = self.name(run);
                say(&format!("{} {name}  {stage} gave up: {}\n", self.paint.red("✗"), inert(error)));
            }
            Happening::Ended { run, stage: "rag_indexing", .. } => {
                say(&format!("{} {}  indexed\n", self.paint.green("✓"), self.name(run)));
            }
            Happening::Ended { run, stage: "consumer_triage" | "template_triage", .. } => self.tell_verdicts(run).await,
            Happening::Ended { .. } => {}
        }
    }

    async fn tell_verdicts(&mut self, run: &RunId) {
        // The store is the truth and is read again by whoever asks; a line that cannot be said is no loss.
        let Ok(verdicts) = self.store.verdicts(run).await else { return };
        let known = self.runs.entry(run.clone()).or_default();
        for VerdictRecord { verdict, .. } in &verdicts {
            if known.verdicts_said.insert((verdict.target.clone(), verdict.relationship.clone())) {
                say(&show::verdict(self.paint, verdict));
            }
        }
    }

    fn name(&self, run: &RunId) -> String {
        let repo = self.runs.get(run).and_then(|known| known.repo.as_ref());
        self.paint.bold(repo.map_or(run.as_str(), RepoName::as_str))
    }
}

/// Prints; a terminal that is gone must not stop the service.
fn say(text: &str) {
    drop(std::io::stdout().write_all(text.as_bytes()));
}
