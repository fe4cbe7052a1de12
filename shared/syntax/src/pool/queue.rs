//! What waits: a line for each caller, served in turns, so that a large batch does not starve a small one.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use contracts::analysis::FileAnalysis;
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;

use super::Job;
use crate::Error;

/// Where an answer goes: the job's place in its batch, and what was found.
pub type Answer = (usize, Result<FileAnalysis, Error>);

/// A job and the way back to its caller.
#[derive(Debug)]
pub struct Ticket {
    /// The file.
    pub job: Job,
    /// A child died on it before.
    pub retried: bool,
    at: usize,
    caller: UnboundedSender<Answer>,
}

impl Ticket {
    /// The job at `at` of its batch.
    pub fn new(at: usize, job: Job, caller: UnboundedSender<Answer>) -> Self {
        Self { job, retried: false, at, caller }
    }

    /// Ends the job. A caller that has gone away is no loss.
    pub fn answer(self, answer: Result<FileAnalysis, Error>) {
        let _ = self.caller.send((self.at, answer));
    }
}

/// All callers' lines.
#[derive(Default)]
pub struct Queue {
    lines: Mutex<VecDeque<VecDeque<Ticket>>>,
    arrivals: Notify,
}

impl Queue {
    /// A batch joins at the end of the round.
    pub fn push(&self, tickets: Vec<Ticket>) {
        self.lines().push_back(tickets.into());
        self.arrivals.notify_waiters();
    }

    /// Tickets whose child died come first: they have waited longest.
    pub fn give_back(&self, tickets: VecDeque<Ticket>) {
        if !tickets.is_empty() {
            self.lines().push_front(tickets);
            self.arrivals.notify_waiters();
        }
    }

    /// The next ticket; waits for one.
    pub async fn pop(&self) -> Ticket {
        loop {
            let arrival = self.arrivals.notified();
            if let Some(ticket) = self.try_pop() {
                return ticket;
            }
            arrival.await;
        }
    }

    /// Tells everybody who waits that there will be no answer.
    pub fn refuse_all(&self, error: &Error) {
        for ticket in std::mem::take(&mut *self.lines()).into_iter().flatten() {
            ticket.answer(Err(error.clone()));
        }
    }

    fn try_pop(&self) -> Option<Ticket> {
        let mut lines = self.lines();
        while let Some(mut line) = lines.pop_front() {
            let Some(ticket) = line.pop_front() else { continue };
            if ticket.caller.is_closed() {
                continue;
            }
            if !line.is_empty() {
                lines.push_back(line);
            }
            return Some(ticket);
        }
        None
    }

    fn lines(&self) -> MutexGuard<'_, VecDeque<VecDeque<Ticket>>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

    use super::*;

    fn batch(name: &str, count: usize) -> (Vec<Ticket>, UnboundedReceiver<Answer>) {
        let (outbox, inbox) = unbounded_channel();
        let job = |at| Job { language: format!("{name}{at}"), bytes: Vec::new() };
        ((0..count).map(|at| Ticket::new(at, job(at), outbox.clone())).collect(), inbox)
    }

    fn order(queue: &Queue) -> Vec<String> {
        std::iter::from_fn(|| queue.try_pop()).map(|ticket| ticket.job.language).collect()
    }

    #[test]
    fn callers_take_turns() {
        let queue = Queue::default();
        let (large, _large) = batch("l", 4);
        let (small, _small) = batch("s", 2);
        queue.push(large);
        queue.push(small);
        assert_eq!(order(&queue), ["l0", "s0", "l1", "s1", "l2", "l3"]);
    }

    #[test]
    fn what_is_given_back_comes_first_and_the_gone_are_skipped() {
        let queue = Queue::default();
        let (gone, inbox) = batch("gone", 3);
        drop(inbox);
        let (stays, _stays) = batch("stays", 1);
        let (back, _back) = batch("back", 1);
        queue.push(gone);
        queue.push(stays);
        queue.give_back(back.into());
        assert_eq!(order(&queue), ["back0", "stays0"]);
    }

    #[test]
    fn a_refusal_reaches_every_caller() {
        let queue = Queue::default();
        let (tickets, mut inbox) = batch("x", 2);
        queue.push(tickets);
        queue.refuse_all(&Error::Closed);
        assert!(matches!(inbox.try_recv(), Ok((0, Err(Error::Closed)))));
        assert!(matches!(inbox.try_recv(), Ok((1, Err(Error::Closed)))));
    }
}
