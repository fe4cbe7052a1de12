//! One child process and the pipe to it. It is fed a few files ahead, so that it never waits for the next.

use contracts::analysis::FileAnalysis;
use std::collections::VecDeque;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::queue::{Queue, Ticket};
use super::{Settings, Worker};
use crate::{Error, GRAMMARS, frame, worker};

/// Files under way at once in one child: enough to hide the pipe, few enough that the last files spread evenly.
const AHEAD: usize = 4;

/// How long a child may take from its start to its greeting.
const START_LIMIT: Duration = Duration::from_secs(20);

/// A running child.
pub struct Child {
    process: tokio::process::Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    stderr: ChildStderr,
    time_limit: Duration,
}

/// How a child ended, and what it left.
pub struct End {
    /// Files it was given and did not answer, in order; it died on the first.
    pub unanswered: VecDeque<Ticket>,
    /// Number of files it answered.
    pub served: usize,
    /// It was killed for taking too long.
    pub timed_out: bool,
    status: Option<ExitStatus>,
    last_words: Vec<u8>,
}

impl Child {
    /// Starts a child and exchanges greetings.
    pub async fn start(settings: &Settings) -> Result<Self, Error> {
        let Worker { program, args } = &settings.worker;
        let failed = |source| Error::Start { program: program.clone(), source: Arc::new(source) };
        #[expect(clippy::disallowed_methods, reason = "parser children are the one kind of process started here")]
        let mut command = Command::new(program);
        command.args(args).env_clear().kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().map_err(failed)?;
        let (Some(stdin), Some(stdout), Some(stderr)) =
            (process.stdin.take(), process.stdout.take(), process.stderr.take())
        else {
            return Err(failed(std::io::ErrorKind::BrokenPipe.into()));
        };
        // Small answers come with their length in one read.
        let stdout = BufReader::with_capacity(1 << 16, stdout);
        let mut child = Self { process, stdin, stdout, stderr, time_limit: settings.time_limit };
        let silent = || Error::Silent { program: program.clone(), limit: START_LIMIT };
        let greeting = timeout(START_LIMIT, child.greet(settings.memory_limit)).await.ok().flatten();
        let theirs = greeting.ok_or_else(silent)?;
        if theirs != GRAMMARS.as_bytes() {
            let theirs = String::from_utf8_lossy(&theirs).chars().take(200).collect();
            return Err(Error::Version { program: program.clone(), theirs });
        }
        Ok(child)
    }

    async fn greet(&mut self, memory: u64) -> Option<Vec<u8>> {
        self.stdin.write_all(&frame::encode(&[&memory.to_le_bytes()])).await.ok()?;
        frame::read_async(&mut self.stdout).await.ok()?
    }

    /// Works on `first` and then on what the queue holds, until the child ends or is killed.
    pub async fn serve(mut self, first: Ticket, queue: &Queue) -> End {
        let flight = Flight::default();
        let mut last_words = Vec::new();
        let feeding = feed(&mut self.stdin, first, queue, &flight);
        let collecting = collect(&mut self.stdout, &flight, self.time_limit);
        let (served, timed_out) = tokio::select! {
            end = collecting => end,
            never = async { tokio::join!(feeding, listen(&mut self.stderr, &mut last_words)).0 } => match never {},
        };
        let _ = self.process.start_kill();
        let status = self.process.wait().await.ok();
        listen_to_the_end(&mut self.stderr, &mut last_words).await;
        End { unanswered: std::mem::take(&mut *flight.tickets()), served, timed_out, status, last_words }
    }
}

impl End {
    /// Why it ended, in plain words.
    pub fn cause(&self, settings: &Settings) -> String {
        if self.timed_out {
            return format!("timed out after {} s", settings.time_limit.as_secs_f64());
        }
        if String::from_utf8_lossy(&self.last_words).contains("alloc") {
            return format!("out of memory (limit {} MiB)", settings.memory_limit >> 20);
        }
        let status = self.status;
        match (status.and_then(|status| status.signal()), status.and_then(|status| status.code())) {
            (Some(9), _) => "the parser was killed (signal 9)".into(),
            (Some(signal), _) => format!("the grammar crashed (signal {signal})"),
            (None, Some(code)) => format!("the parser ended with exit code {code}"),
            (None, None) => "the parser ended".into(),
        }
    }
}

/// The files that the child has and has not answered.
struct Flight {
    tickets: Mutex<VecDeque<Ticket>>,
    /// Places for further files.
    room: Semaphore,
    /// Files that are there.
    present: Semaphore,
}

impl Default for Flight {
    fn default() -> Self {
        Self { tickets: Mutex::default(), room: Semaphore::new(AHEAD), present: Semaphore::new(0) }
    }
}

impl Flight {
    fn tickets(&self) -> MutexGuard<'_, VecDeque<Ticket>> {
        self.tickets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a permit for good; the semaphores here are never closed.
async fn take(semaphore: &Semaphore) {
    if let Ok(permit) = semaphore.acquire().await {
        permit.forget();
    }
}

/// Hands files to the child. Never ends: when the pipe breaks, the other side of it tells what happened.
async fn feed(stdin: &mut ChildStdin, first: Ticket, queue: &Queue, flight: &Flight) -> std::convert::Infallible {
    let mut next = Some(first);
    loop {
        take(&flight.room).await;
        let ticket = match next.take() {
            Some(ticket) => ticket,
            None => queue.pop().await,
        };
        let job = worker::seal(&ticket.job.language, &ticket.job.bytes);
        flight.tickets().push_back(ticket);
        flight.present.add_permits(1);
        if stdin.write_all(&job).await.is_err() {
            return std::future::pending().await;
        }
    }
}

/// Takes answers until there are none; says how many came and whether the clock ended it. The clock of a file starts
/// with the answer to the one before, which is when the child turns to it.
async fn collect(stdout: &mut BufReader<ChildStdout>, flight: &Flight, limit: Duration) -> (usize, bool) {
    let mut served = 0;
    loop {
        take(&flight.present).await;
        let Ok(answer) = timeout(limit, frame::read_async(stdout)).await else { return (served, true) };
        let analysis = answer.ok().flatten().and_then(|body| FileAnalysis::from_bytes(&body));
        let Some(analysis) = analysis else { return (served, false) };
        served += 1;
        let Some(ticket) = flight.tickets().pop_front() else { return (served, false) };
        ticket.answer(Ok(analysis));
        flight.room.add_permits(1);
    }
}

/// Keeps the first words of what the child complains about and lets the rest pass, so that its pipe never fills.
async fn listen(stderr: &mut ChildStderr, words: &mut Vec<u8>) -> std::convert::Infallible {
    listen_to_the_end(stderr, words).await;
    std::future::pending().await
}

async fn listen_to_the_end(stderr: &mut ChildStderr, words: &mut Vec<u8>) {
    let mut buffer = [0; 512];
    while let Ok(count @ 1..) = stderr.read(&mut buffer).await {
        let room = 2_048_usize.saturating_sub(words.len());
        words.extend_from_slice(&buffer[..count.min(room)]);
    }
}
