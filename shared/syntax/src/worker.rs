//! The child side: hears files on stdin, says analyses on stdout, and holds itself to its limits.

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::os::fd::AsFd;

use contracts::analysis::{FileAnalysis, ParseStatus};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Resource, Rlimit, setrlimit};

use crate::{Analyzer, GRAMMARS, frame};

/// Serves the pool that started this process until its end of the pipe closes. The first frame holds the memory limit
/// in bytes; the answer to it names the grammars. Then one frame a file, answered in order.
///
/// Returns when the pool is gone. Fails when the pipes break or do not speak the protocol, as when a person starts the
/// program by hand.
pub fn serve_worker() -> io::Result<()> {
    // Not through the standard handles: stdout looks for line breaks in everything that it is given.
    let mut jobs = BufReader::with_capacity(1 << 16, File::from(io::stdin().as_fd().try_clone_to_owned()?));
    let mut answers = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    let Some(greeting) = frame::read(&mut jobs)? else { return Ok(()) };
    limit_self(&greeting)?;
    end_with_the_pool();
    answers.write_all(&frame::encode(&[GRAMMARS.as_bytes()]))?;
    let mut analyzer = Analyzer::default();
    while let Some(job) = frame::read(&mut jobs)? {
        let analysis = match open(&job) {
            Some((language, bytes)) => analyzer.analyze(language, bytes),
            None => {
                FileAnalysis { status: ParseStatus::Failed("the request is unreadable".into()), ..Default::default() }
            }
        };
        answers.write_all(&frame::encode(&[&analysis.to_bytes()]))?;
    }
    Ok(())
}

/// Ends the process as soon as the pool's end of the pipe is closed, even while a grammar hangs.
fn end_with_the_pool() {
    std::thread::spawn(|| {
        let stdin = io::stdin();
        let hung_up = PollFlags::HUP | PollFlags::ERR;
        loop {
            // Asks for nothing, so that it wakes for the end alone.
            let mut pipe = [PollFd::new(&stdin, PollFlags::empty())];
            if poll(&mut pipe, None).is_ok() && pipe[0].revents().intersects(hung_up) {
                std::process::exit(0)
            }
        }
    });
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
