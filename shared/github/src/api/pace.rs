//! GitHub allows 80 content-creating requests a minute and 500 an hour; more earns a ban.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::Error;

const MINUTE: (usize, Duration) = (80, Duration::from_secs(60));
const HOUR: (usize, Duration) = (500, Duration::from_secs(3600));
/// Shorter waits are slept through; for longer ones the message goes back to its queue.
const SHORT: Duration = Duration::from_secs(5);

/// The turns of one process.
#[derive(Debug, Default)]
pub(super) struct Pace {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// When the last (at most 500) writes went out, oldest first.
    sent: VecDeque<Instant>,
    /// Nothing at all goes out before this: GitHub said so.
    closed_until: Option<Instant>,
}

impl Pace {
    /// Waits for a turn to write, and takes it.
    pub(super) async fn turn(&self, what: &str) -> Result<(), Error> {
        loop {
            let wait = self.locked(|state| state.take(Instant::now()));
            if wait.is_zero() {
                return Ok(());
            }
            if wait > SHORT {
                return Err(Error::Later { what: format!("writing {what}"), after: wait });
            }
            tokio::time::sleep(wait).await;
        }
    }

    /// Refuses while GitHub wants to hear nothing.
    pub(super) fn open(&self, what: &str) -> Result<(), Error> {
        let wait = self.locked(|state| state.closed(Instant::now()));
        if wait.is_zero() { Ok(()) } else { Err(Error::Later { what: what.to_owned(), after: wait }) }
    }

    /// GitHub said to wait.
    pub(super) fn close_for(&self, after: Duration) {
        let until = Instant::now() + after;
        self.locked(|state| state.closed_until = state.closed_until.max(Some(until)));
    }

    fn locked<T>(&self, job: impl FnOnce(&mut State) -> T) -> T {
        job(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl State {
    /// Takes a turn if there is one (zero), else says how long until the next.
    fn take(&mut self, now: Instant) -> Duration {
        while self.sent.front().is_some_and(|&at| now.duration_since(at) >= HOUR.1) {
            self.sent.pop_front();
        }
        let wait = self.closed(now).max(self.wait(now, MINUTE)).max(self.wait(now, HOUR));
        if wait.is_zero() {
            self.sent.push_back(now);
        }
        wait
    }

    /// A sliding window, exact where a bucket would let twice the number through at its edge.
    fn wait(&self, now: Instant, (limit, window): (usize, Duration)) -> Duration {
        let Some(at) = self.sent.len().checked_sub(limit).and_then(|i| self.sent.get(i)) else {
            return Duration::ZERO;
        };
        (*at + window).saturating_duration_since(now)
    }

    fn closed(&self, now: Instant) -> Duration {
        self.closed_until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends as fast as it is let, for so many seconds; gives the number a second.
    async fn flood(pace: &Pace, seconds: u64) -> Vec<usize> {
        let start = Instant::now();
        let mut sent = vec![0; seconds as usize];
        while start.elapsed() < Duration::from_secs(seconds) {
            match pace.turn("x").await {
                Ok(()) => {
                    if let Some(slot) = sent.get_mut(start.elapsed().as_secs() as usize) {
                        *slot += 1;
                    }
                }
                Err(Error::Later { after, .. }) => tokio::time::sleep(after).await,
                Err(other) => panic!("{other}"),
            }
        }
        sent
    }

    #[tokio::test(start_paused = true)]
    async fn never_more_than_80_in_any_minute_nor_500_in_any_hour() {
        let sent = flood(&Pace::default(), 2 * 3600).await;
        assert!(sent.windows(60).all(|w| w.iter().sum::<usize>() <= 80));
        assert!(sent.windows(3600).all(|w| w.iter().sum::<usize>() <= 500));
        assert_eq!(sent.iter().sum::<usize>(), 1000, "as many as allowed, not fewer");
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_wait_is_an_answer_and_a_short_one_is_slept() {
        let pace = Pace::default();
        for _ in 0..80 {
            pace.turn("x").await.unwrap();
        }
        let Err(Error::Later { after, .. }) = pace.turn("x").await else { panic!("81 in a minute") };
        assert_eq!(after, Duration::from_secs(60));
        tokio::time::sleep(Duration::from_secs(57)).await;
        let before = Instant::now();
        pace.turn("x").await.unwrap();
        assert_eq!(before.elapsed().as_secs(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn closed_means_closed_for_reading_too() {
        let pace = Pace::default();
        pace.close_for(Duration::from_secs(90));
        pace.close_for(Duration::from_secs(10));
        let Err(Error::Later { after, .. }) = pace.open("x") else { panic!("open") };
        assert_eq!(after, Duration::from_secs(90));
        tokio::time::sleep(Duration::from_secs(90)).await;
        assert!(pace.open("x").is_ok());
    }
}
