//! The result, for people and as JSON.

use serde::Serialize;

/// All rows of a run.
#[derive(Debug, Default, Serialize)]
pub struct Table {
    rows: Vec<Row>,
    skipped: Vec<(String, String)>,
}

/// One ratio and its bound.
#[derive(Debug, Serialize)]
struct Row {
    what: String,
    ours: String,
    beside: String,
    ratio: f64,
    bound: Bound,
    holds: bool,
}

/// What a ratio has to reach.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

impl Table {
    /// Adds a ratio of `ours` to `beside`.
    pub fn row(&mut self, what: &str, ours: (f64, &str), beside: (f64, &str), bound: Bound) {
        let ratio = ours.0 / beside.0;
        let holds = match bound {
            Bound::AtLeast(least) => ratio >= least,
            Bound::AtMost(most) => ratio <= most,
        };
        let text = |(value, unit): (f64, &str)| format!("{} {unit}", short(value));
        let row = Row { what: what.to_owned(), ours: text(ours), beside: text(beside), ratio, bound, holds };
        println!("{}", row.line());
        self.rows.push(row);
    }

    /// Says what was not measured, and why.
    pub fn skip(&mut self, what: &str, why: &str) {
        println!("not measured: {what}: {why}");
        self.skipped.push((what.to_owned(), why.to_owned()));
    }

    /// As Markdown.
    pub fn print(&self) {
        println!("\n| what | ours | beside | ratio | bound | |\n|---|---|---|---|---|---|");
        for row in &self.rows {
            let Row { what, ours, beside, ratio, .. } = row;
            println!("| {what} | {ours} | {beside} | {} | {} | {} |", short(*ratio), row.bound(), row.mark());
        }
        for (what, why) in &self.skipped {
            println!("\nNot measured: {what}: {why}.");
        }
    }
}

impl Row {
    fn bound(&self) -> String {
        match self.bound {
            Bound::AtLeast(least) => format!("≥ {}", short(least)),
            Bound::AtMost(most) => format!("≤ {}", short(most)),
        }
    }

    fn mark(&self) -> &'static str {
        if self.holds { "✓" } else { "✗" }
    }

    fn line(&self) -> String {
        let Self { what, ours, beside, ratio, .. } = self;
        format!("{} {what}: {ours} ÷ {beside} = {} ({})", self.mark(), short(*ratio), self.bound())
    }
}

/// Three figures that matter.
fn short(value: f64) -> String {
    match value.abs() {
        v if v >= 100.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        v if v >= 0.1 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}
