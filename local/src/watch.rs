//! Waiting for runs, with their stages shown as they move.

use std::collections::HashMap;
use std::time::Duration;

use contracts::{RepoName, RunId};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use runtime::observe::Happening;

use crate::exit::Failure;
use crate::river::River;
use crate::show::{Paint, inert};

/// Stages of indexing, by what people call them.
const CHIPS: [(&str, &str); 5] = [
    ("initialization", "init"),
    ("metadata", "metadata"),
    ("structure", "structure"),
    ("code_analysis", "code"),
    ("rag_indexing", "index"),
];
/// How often the store is asked whether a run is over; a wake-up may have been missed.
const LOOK_AGAIN: Duration = Duration::from_millis(25);

/// What is shown of runs while they are waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// A line a run with the stages of indexing: moving on a terminal, once at its end elsewhere.
    Stages,
    /// What is being done right now, on a terminal; nothing stays.
    Activity,
    /// Nothing.
    Nothing,
}

impl Shown {
    /// Nothing where the output is for a program.
    pub fn unless(self, json: bool) -> Self {
        if json { Self::Nothing } else { self }
    }
}

/// Waits until everything that `runs` set in motion is decided, and shows it on standard error.
pub async fn until_finished(river: &River, runs: &[(RunId, RepoName)], shown: Shown) -> Result<(), Failure> {
    let mut happenings = river.world.observers.watch();
    let mut lines = Lines::new(runs, shown);
    let mut open: Vec<&RunId> = runs.iter().map(|(run, _)| run).collect();
    loop {
        while let Ok(happening) = happenings.try_recv() {
            lines.take(&happening);
        }
        let mut still = Vec::new();
        for run in open {
            match river.world.store.finished(run).await? {
                Some(true) => lines.finish(run, river).await?,
                _ => still.push(run),
            }
        }
        open = still;
        if open.is_empty() {
            return Ok(());
        }
        if let Ok(Ok(happening)) = tokio::time::timeout(LOOK_AGAIN, happenings.recv()).await {
            lines.take(&happening);
        }
    }
}

struct Lines {
    paint: Paint,
    shown: Shown,
    bars: MultiProgress,
    by_run: HashMap<RunId, Line>,
}

struct Line {
    name: String,
    bar: ProgressBar,
    /// Per stage of [`CHIPS`]: nothing yet, how far, or how it ended.
    chips: [Chip; 5],
    started: std::time::Instant,
}

#[derive(Clone, PartialEq, Eq)]
enum Chip {
    Waiting,
    Moving(String),
    Done,
    Failed,
}

impl Lines {
    fn new(runs: &[(RunId, RepoName)], shown: Shown) -> Self {
        let paint = Paint::of_stderr();
        let bars = MultiProgress::new();
        if !paint.terminal || shown == Shown::Nothing {
            bars.set_draw_target(ProgressDrawTarget::hidden());
        }
        let width = runs.iter().map(|(_, repo)| repo.as_str().len()).max().unwrap_or(0);
        let line = |repo: &RepoName| {
            let bar = bars.add(ProgressBar::new_spinner());
            bar.set_style(ProgressStyle::with_template("  {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner()));
            let chips = [const { Chip::Waiting }; 5];
            Line { name: format!("{:width$}", repo.as_str()), bar, chips, started: std::time::Instant::now() }
        };
        let by_run = runs.iter().map(|(run, repo)| (run.clone(), line(repo))).collect();
        Self { paint, shown, bars, by_run }
    }

    fn take(&mut self, happening: &Happening) {
        if self.shown == Shown::Activity {
            return self.take_activity(happening);
        }
        let (run, stage, chip) = match happening {
            Happening::Started { run, stage } => (run, *stage, Chip::Moving(String::new())),
            Happening::Progress(p) => {
                let far = p.total.map_or_else(|| p.done.to_string(), |total| format!("{}/{total}", p.done));
                (&p.run, p.stage.as_str(), Chip::Moving(far))
            }
            Happening::Ended { run, stage, error: None, .. } => (run, *stage, Chip::Done),
            Happening::Ended { run, stage, .. } => (run, *stage, Chip::Failed),
        };
        let at = CHIPS.iter().position(|(name, _)| *name == stage);
        if let (Some(line), Some(at)) = (self.by_run.get_mut(run), at) {
            line.chips[at] = chip;
            line.bar.set_message(line.text(&self.paint));
        }
    }

    fn take_activity(&mut self, happening: &Happening) {
        let (run, text) = match happening {
            Happening::Started { run, stage } => (run, stage.replace('_', " ")),
            Happening::Progress(p) => (&p.run, format!("{}: {}", p.stage.replace('_', " "), inert(&p.message))),
            Happening::Ended { .. } => return,
        };
        if let Some(line) = self.by_run.get(run) {
            line.bar.set_message(format!("{} {}  {text}", self.paint.blue("●"), line.name));
        }
    }

    /// The run's last line, with what the store says: a watcher may have missed something.
    async fn finish(&mut self, run: &RunId, river: &River) -> Result<(), Failure> {
        let Some(line) = self.by_run.get_mut(run) else { return Ok(()) };
        if self.shown != Shown::Stages {
            line.bar.finish_and_clear();
            return Ok(());
        }
        for stage in river.world.store.stage_runs(run).await? {
            if let Some(at) = CHIPS.iter().position(|(name, _)| *name == stage.stage) {
                line.chips[at] = if stage.status == "completed" { Chip::Done } else { Chip::Failed };
            }
        }
        let text = format!("{}  {:.1} s", line.text(&self.paint), line.started.elapsed().as_secs_f64());
        // A bar leaves the cursor in its line: what stays is printed as a line of its own.
        line.bar.finish_and_clear();
        self.bars.suspend(|| eprintln!("  {text}"));
        Ok(())
    }
}

impl Line {
    fn text(&self, paint: &Paint) -> String {
        let mut text = format!("{} {} ", paint.blue("●"), self.name);
        for ((_, name), chip) in CHIPS.iter().zip(&self.chips) {
            let chip = match chip {
                Chip::Waiting => paint.dim(name),
                Chip::Moving(far) if far.is_empty() => format!("{name} …"),
                Chip::Moving(far) => format!("{name} {far}"),
                Chip::Done => format!("{name} {}", paint.green("✓")),
                Chip::Failed => format!("{name} {}", paint.red("✗")),
            };
            text.push_str("  ");
            text.push_str(&chip);
        }
        text
    }
}
