//! The child side: hears files on stdin, says analyses on stdout, and holds itself to its limits.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::mpsc;

use contracts::analysis::{FileAnalysis, ParseStatus};
use rustix::process::{Resource, Rlimit, setrlimit};

use crate::{Analyzer, GRAMMARS, frame, wire};

/// Serves the pool that started this process until its end of the pipe closes. The first frame holds the memory limit
/// in bytes; the answer to it names the grammars. Then one frame a file, answered in order.
///
/// Returns when the pool is gone. Fails when the pipes break or do not speak the protocol, as when a person starts the
/// program by hand.
pub fn serve_worker() -> io::Result<()> {
    let mut stdin = io::stdin();
    let Some(greeting) = frame::read(&mut stdin)? else { return Ok(()) };
    limit_self(&greeting)?;
    // Not through the standard handle, which looks for line breaks in everything.
    let mut stdout = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    stdout.write_all(&frame::encode(&[GRAMMARS.as_bytes()]))?;
    answer(listen(), &mut stdout)
}

/// Reads ahead on a thread of its own: the end of the pipe ends the process even while a grammar hangs.
fn listen() -> mpsc::Receiver<Vec<u8>> {
    let (jobs, inbox) = mpsc::channel();
    std::thread::spawn(move || {
        let mut stdin = io::stdin();
        while let Ok(Some(job)) = frame::read(&mut stdin) {
            if jobs.send(job).is_err() {
                break;
            }
        }
        std::process::exit(0)
    });
    inbox
}

fn answer(jobs: mpsc::Receiver<Vec<u8>>, out: &mut impl Write) -> io::Result<()> {
    let mut analyzer = Analyzer::default();
    for job in jobs {
        let analysis = match open(&job) {
            Some((language, bytes)) => analyzer.analyze(language, bytes),
            None => FileAnalysis { status: ParseStatus::Failed("the request is unreadable".into()), ..Default::default() },
        };
        out.write_all(&frame::encode(&[&wire::write(&analysis)]))?;
    }
    Ok(())
}

/// A job: the length of the language's id (one byte), the id, the file.
pub fn seal(language: &str, bytes: &[u8]) -> Vec<u8> {
    let id = &language.as_bytes()[..language.len().min(255)];
    frame::encode(&[&[id.len() as u8], id, bytes])
}

fn open(job: &[u8]) -> Option<(&str, &[u8])> {
    let (&length, rest) = job.split_first()?;
    let (language, bytes) = rest.split_at_checked(length as usize)?;
    Some((std::str::from_utf8(language).ok()?, bytes))
}

/// No core files: a crash is expected and 1 GiB of memory on the disk is not. The address space is capped, so that a
/// grammar that eats memory ends here and not in the machine's out-of-memory killer.
fn limit_self(greeting: &[u8]) -> io::Result<()> {
    let bytes = greeting.try_into().map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not a pool's greeting"))?;
    let memory = u64::from_le_bytes(bytes);
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    Ok(setrlimit(Resource::As, Rlimit { current: Some(memory), maximum: Some(memory) })?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_survive_the_pipe_and_broken_ones_are_refused() {
        let sealed = seal("python", b"x = 1\0\xff");
        assert_eq!(open(&sealed[4..]), Some(("python", b"x = 1\0\xff".as_slice())));
        for broken in [&b""[..], b"\x09abc", b"\x01\xff"] {
            assert_eq!(open(broken), None);
        }
    }
}
