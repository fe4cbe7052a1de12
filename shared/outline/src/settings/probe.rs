//! How long a service may take to start before it counts as dead: the longest start that its makers expect.

use crate::quantity;

/// What a platform assumes where a probe of Kubernetes does not say it.
const PERIOD: u64 = 10;

/// Milliseconds until a start counts as failed, by the lines of a startup probe, of a compose health check or of a
/// `HEALTHCHECK`: `initialDelaySeconds` + `failureThreshold` × `periodSeconds`, or `start_period`. None where the lines
/// say none of them.
pub fn start_limit(quote: &str) -> Option<u64> {
    let words: Vec<&str> = super::plain::words(quote).collect();
    let value = |names: &[&str]| {
        let at = words.iter().position(|word| names.contains(word))?;
        quantity::milliseconds(words.get(at + 1)?)
    };
    if let Some(period) = value(&["start_period", "--start-period", "startPeriod"]) {
        return Some(period);
    }
    let delay = value(&["initialDelaySeconds", "initial_delay_seconds"]);
    let failures = value(&["failureThreshold", "failure_threshold"]).map(|failures| failures / 1_000);
    let period = value(&["periodSeconds", "period_seconds"]);
    if delay.is_none() && failures.is_none() {
        return None;
    }
    let waits = failures.unwrap_or(1).checked_mul(period.unwrap_or(PERIOD * 1_000))?;
    delay.unwrap_or(0).checked_add(if failures.is_some() { waits } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_of_a_start() {
        let cases = [
            ("start_period: 2m", Some(120_000)),
            ("HEALTHCHECK --interval=5s --start-period=90s CMD x", Some(90_000)),
            ("startupProbe:\n  failureThreshold: 30\n  periodSeconds: 20", Some(600_000)),
            ("startupProbe:\n  initialDelaySeconds: 5\n  failureThreshold: 3", Some(35_000)),
            ("startup_probe {\n  initial_delay_seconds = 240\n}", Some(240_000)),
            ("startupProbe:\n  periodSeconds: 20", None),
            ("", None),
            ("start_period: $X", None),
        ];
        for (quote, expected) in cases {
            assert_eq!(start_limit(quote), expected, "{quote}");
        }
    }
}
