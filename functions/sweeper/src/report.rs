//! What a sweep found and did.

use serde::Serialize;
use serde_json::json;

/// Examples that a count shows.
const EXAMPLES: usize = 5;

/// What a sweep found and did. In a dry run: what it would have done.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// When, in milliseconds since the Unix epoch.
    pub at: i64,
    /// Nothing was done.
    pub dry_run: bool,
    /// Accepted reports and said messages that no stage has decided about for five minutes.
    pub undecided: Count,
    /// How long the oldest of them has been waiting.
    pub oldest_undecided_seconds: i64,
    /// The ones among them that are a day old: nobody sends them again, somebody must look.
    pub given_up: Count,
    /// Messages that were sent again.
    pub sent_again: Count,
    /// Findings that nobody was told of for five minutes, or whose issue was asked for without an answer.
    pub unreceipted: Count,
    /// Deliveries that did not reach us: failed ones, and changes that nobody told us of.
    pub missed_deliveries: Count,
    /// Failed deliveries that were asked for again.
    pub redelivered: Count,
    /// Changes that were found by looking.
    pub found_changes: Count,
    /// Repositories whose head was looked at.
    pub repositories_looked_at: u64,
    /// Digests that were called for.
    pub digests: Count,
    /// Snoozes that were ended.
    pub woken: Count,
    /// Documents that were removed.
    pub expired_documents: u64,
    /// Their size.
    pub expired_bytes: u64,
    /// Rows that were removed.
    pub pruned_rows: u64,
    /// What a model has cost today.
    pub model_spend_usd: f64,
    /// What was left out, and why: not an error.
    pub skipped: Vec<String>,
    /// What could not be done, and why.
    pub problems: Vec<String>,
}

/// How many, and the first few of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// How many.
    pub count: u64,
    /// The first of them, oldest first.
    pub examples: Vec<String>,
}

impl Count {
    pub(crate) fn add(&mut self, example: impl Into<String>) {
        self.count += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(example.into());
        }
    }
}

impl Report {
    /// One line of JSON a figure, for alarms that read the log.
    pub fn metrics(&self) -> Vec<String> {
        let line = |metric: &str, value: serde_json::Value| json!({ "metric": metric, "value": value }).to_string();
        vec![
            line("missed_deliveries", self.missed_deliveries.count.into()),
            line("undecided", self.undecided.count.into()),
            line("unreceipted", self.unreceipted.count.into()),
            line("oldest_undecided_seconds", self.oldest_undecided_seconds.into()),
            line("model_spend_usd", self.model_spend_usd.into()),
        ]
    }

    /// Whether somebody should look at it.
    pub fn is_worrying(&self) -> bool {
        self.given_up.count > 0 || !self.problems.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alarms_read_these_lines() {
        let mut report = Report { oldest_undecided_seconds: 360, model_spend_usd: 0.25, ..Report::default() };
        (0..7).for_each(|n| report.undecided.add(format!("m{n}")));
        report.missed_deliveries.add("push");
        let expected = [
            r#"{"metric":"missed_deliveries","value":1}"#,
            r#"{"metric":"undecided","value":7}"#,
            r#"{"metric":"unreceipted","value":0}"#,
            r#"{"metric":"oldest_undecided_seconds","value":360}"#,
            r#"{"metric":"model_spend_usd","value":0.25}"#,
        ];
        assert_eq!(report.metrics(), expected);
        assert_eq!(report.undecided.examples, ["m0", "m1", "m2", "m3", "m4"]);
    }
}
