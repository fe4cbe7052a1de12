//! Parser children: started when there is work, fed ahead, killed at a limit, started again.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::available_parallelism;
use std::time::Duration;

use contracts::analysis::FileAnalysis;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use crate::Error;
use crate::analyze::refusal;
use queue::{Queue, Ticket};

mod child;
mod keeper;
mod queue;

/// The program whose `main` calls [`crate::serve_worker`]. It is started without any environment.
#[derive(Debug, Clone)]
pub struct Worker {
    /// The executable, usually the running program itself.
    pub program: PathBuf,
    /// What makes it a parser worker.
    pub args: Vec<String>,
}

/// How many children, and what each may use.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What is started.
    pub worker: Worker,
    /// Number of children.
    pub workers: usize,
    /// How long one file may take, by the clock, from when the child starts on it.
    pub time_limit: Duration,
    /// A child's address space in bytes, the program itself included.
    pub memory_limit: u64,
}

impl Settings {
    /// One child a processor, 2 seconds a file, 1 GiB a child.
    pub fn of(worker: Worker) -> Self {
        let workers = available_parallelism().map_or(1, |count| count.get());
        Self { worker, workers, time_limit: Duration::from_secs(2), memory_limit: 1 << 30 }
    }
}

/// One file to analyse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its language's id, as [`crate::language_of`] says.
    pub language: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// The pool. Clones share the children; the last clone's drop kills them. Children start with the first file and stay.
#[derive(Clone)]
pub struct Parsers {
    pool: Arc<Pool>,
}

struct Pool {
    settings: Settings,
    queue: Arc<Queue>,
    keepers: Mutex<Vec<AbortHandle>>,
}

impl Drop for Pool {
    fn drop(&mut self) {
        for keeper in self.keepers.get_mut().unwrap_or_else(PoisonError::into_inner) {
            keeper.abort();
        }
    }
}

impl Parsers {
    /// A pool that starts nothing yet.
    pub fn new(settings: Settings) -> Self {
        Self { pool: Arc::new(Pool { settings, queue: Arc::default(), keepers: Mutex::default() }) }
    }

    /// Analyses every job; answers stand in the order of the jobs. `on_done` hears how many are done, once a file.
    /// Callers take turns, file by file. A file that costs its child the life fails alone and says why.
    ///
    /// Fails only when the children cannot be started at all; nothing is then said about any file. Must run inside a
    /// tokio runtime that outlives the pool.
    pub async fn parse(&self, jobs: Vec<Job>, on_done: &(dyn Fn(usize) + Sync)) -> Result<Vec<FileAnalysis>, Error> {
        let mut answers: Vec<Option<FileAnalysis>> = jobs.iter().map(refused).collect();
        let (outbox, mut inbox) = mpsc::unbounded_channel();
        let tickets = jobs.into_iter().enumerate().filter(|(at, _)| answers[*at].is_none());
        let tickets: Vec<Ticket> = tickets.map(|(at, job)| Ticket::new(at, job, outbox.clone())).collect();
        drop(outbox);
        let (mut waiting, total) = (tickets.len(), answers.len());
        (1..=total - waiting).for_each(on_done);
        if waiting > 0 {
            self.pool.keep();
            self.pool.queue.push(tickets);
        }
        while waiting > 0 {
            let (at, answer) = inbox.recv().await.ok_or(Error::Closed)?;
            answers[at] = Some(answer?);
            waiting -= 1;
            on_done(total - waiting);
        }
        Ok(answers.into_iter().flatten().collect())
    }

    /// One file through the pool.
    pub async fn parse_one(&self, job: Job) -> Result<FileAnalysis, Error> {
        self.parse(vec![job], &|_| ()).await?.pop().ok_or(Error::Closed)
    }
}

fn refused(job: &Job) -> Option<FileAnalysis> {
    refusal(&job.language, &job.bytes)
}

impl Pool {
    /// Starts the keepers, once; again where their runtime has ended.
    fn keep(&self) {
        let mut keepers = self.keepers.lock().unwrap_or_else(PoisonError::into_inner);
        keepers.retain(|keeper| !keeper.is_finished());
        while keepers.len() < self.settings.workers.max(1) {
            let work = keeper::keep(self.settings.clone(), Arc::clone(&self.queue));
            #[expect(clippy::disallowed_methods, reason = "a keeper owns a child process and ends with the pool")]
            keepers.push(tokio::spawn(work).abort_handle());
        }
    }
}
