use std::time::Duration;

const MINUTE: i64 = 60_000;

/// Limits of a sweep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// When digests are due: `daily`, `weekly` (from Monday) or `monthly`, in UTC.
    pub digest_schedule: String,
    /// Days that documents and rows are kept which nothing refers to any more.
    pub retention_days: u32,
    /// Nothing is done; the report says what would be.
    pub dry_run: bool,
    /// How long a pushed commit may be unknown before its delivery counts as missed, in milliseconds.
    pub grace: i64,
    /// How often other people's servers are asked at most, in milliseconds; sweeps in between look at our own store only.
    pub ask_others_every: i64,
    /// The same for failed deliveries. With a token each repository's hooks are asked for, two requests of the hourly 5,000
    /// each; an app has one hook, and may ask as often as it likes.
    pub ask_for_deliveries_every: i64,
    /// Repositories that are asked about in one sweep; the rest has its turn in the next.
    pub most_repositories: usize,
    /// Messages that are sent again in one sweep.
    pub most_again: usize,
    /// Deliveries that are asked for again in one sweep.
    pub most_redeliveries: usize,
}

impl Settings {
    /// The usual limits.
    pub fn new(digest_schedule: &str, retention_days: u32) -> Self {
        Self {
            digest_schedule: digest_schedule.to_owned(),
            retention_days,
            dry_run: false,
            grace: 10 * MINUTE,
            ask_others_every: 9 * MINUTE,
            ask_for_deliveries_every: 59 * MINUTE,
            most_repositories: 500,
            most_again: 500,
            most_redeliveries: 50,
        }
    }

    pub(crate) fn retention(&self) -> i64 {
        Duration::from_secs(u64::from(self.retention_days) * 86_400).as_millis() as i64
    }
}
