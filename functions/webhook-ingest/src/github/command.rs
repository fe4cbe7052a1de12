//! What people may write under an issue. No I/O.

use contracts::messages::IssueAct;
use contracts::tick::Tick;

const PREFIX: &str = "/downstream";
/// A comment that carries this is our own.
const OURS: &str = "<!-- downstream:";
const HOUR: i64 = 3_600_000;
/// From an hour to a year.
const SNOOZES: std::ops::RangeInclusive<i64> = HOUR..=366 * 24 * HOUR;
const MOST_REASON: usize = 300;
/// GitHub's own limit for a comment is 65,536 characters.
const MOST_LINES: usize = 2_000;

/// The first command of a comment; none where it holds none. What looks like a command and is none asks for help. A pull
/// request has commands of its own, and no others.
pub(super) fn command(text: &str, on_pull_request: bool, now_ms: i64) -> Option<IssueAct> {
    if text.contains(OURS) {
        return None;
    }
    let mut in_fence = false;
    for line in text.lines().take(MOST_LINES) {
        // Four blanks make code, and `>` makes a quotation: neither is said by this person now.
        let indent = line.len() - line.trim_start_matches(' ').len();
        let line = line.trim();
        if line.starts_with("```") || line.starts_with("~~~") {
            in_fence = !in_fence;
        }
        let rest = line.strip_prefix(PREFIX).filter(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace));
        if let (Some(rest), false, true) = (rest, in_fence, indent < 4) {
            return match on_pull_request {
                true => act_on_pull_request(rest.trim()),
                false => Some(act(rest.trim(), now_ms)),
            };
        }
    }
    None
}

/// What a ticked box is the same as.
pub(super) fn ticked(tick: Tick, now_ms: i64) -> IssueAct {
    match tick {
        Tick::Recheck => IssueAct::Recheck,
        Tick::Snooze { days } => IssueAct::Snooze { until: now_ms.saturating_add(i64::from(days) * 24 * HOUR) },
        Tick::Diverge { path } => IssueAct::Diverge { path },
        Tick::File { finding } => IssueAct::File { finding },
        Tick::Revive { finding } => IssueAct::Revive { finding },
    }
}

fn act_on_pull_request(words: &str) -> Option<IssueAct> {
    match words.to_ascii_lowercase().as_str() {
        "hold" => Some(IssueAct::Hold),
        "unhold" => Some(IssueAct::Unhold),
        _ => None,
    }
}

fn act(words: &str, now_ms: i64) -> IssueAct {
    let (verb, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    let rest = rest.trim();
    match verb.to_ascii_lowercase().as_str() {
        "recheck" if rest.is_empty() => IssueAct::Recheck,
        "explain" if rest.is_empty() => IssueAct::Explain,
        "ignore" => IssueAct::Ignore { reason: rest.chars().take(MOST_REASON).collect() },
        "snooze" => match span(rest) {
            Some(span) => IssueAct::Snooze { until: now_ms.saturating_add(span) },
            None => IssueAct::Help,
        },
        _ => IssueAct::Help,
    }
}

/// `36h`, `14d`, `2w` in milliseconds.
fn span(text: &str) -> Option<i64> {
    let unit = match text.chars().next_back()?.to_ascii_lowercase() {
        'h' => HOUR,
        'd' => 24 * HOUR,
        'w' => 7 * 24 * HOUR,
        _ => return None,
    };
    let digits = text.get(..text.len() - 1)?;
    let number: i64 = digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())??;
    number.checked_mul(unit).filter(|span| SNOOZES.contains(span))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_person_says_is_a_command() {
        let ignore = |reason: &str| Some(IssueAct::Ignore { reason: reason.to_owned() });
        let snooze = |hours: i64| Some(IssueAct::Snooze { until: 1000 + hours * HOUR });
        let long = format!("/downstream ignore {}", "é".repeat(1000));
        for (text, expected) in [
            ("/downstream recheck", Some(IssueAct::Recheck)),
            ("  /downstream   RECHECK  \r\n", Some(IssueAct::Recheck)),
            ("Thanks.\n\n/downstream explain\n/downstream recheck", Some(IssueAct::Explain)),
            ("/downstream ignore", ignore("")),
            ("/downstream ignore we do not use it", ignore("we do not use it")),
            (long.as_str(), ignore(&"é".repeat(300))),
            ("/downstream snooze 14d", snooze(14 * 24)),
            ("/downstream snooze 2W", snooze(14 * 24)),
            ("/downstream snooze 1h", snooze(1)),
            ("/downstream snooze 0d", Some(IssueAct::Help)),
            ("/downstream snooze -1d", Some(IssueAct::Help)),
            ("/downstream snooze +1d", Some(IssueAct::Help)),
            ("/downstream snooze 99999999999999999999d", Some(IssueAct::Help)),
            ("/downstream snooze 9223372036854775807w", Some(IssueAct::Help)),
            ("/downstream snooze 400d", Some(IssueAct::Help)),
            ("/downstream snooze é", Some(IssueAct::Help)),
            ("/downstream snooze", Some(IssueAct::Help)),
            ("/downstream help", Some(IssueAct::Help)),
            ("/downstream", Some(IssueAct::Help)),
            ("/downstream rm -rf", Some(IssueAct::Help)),
            ("/downstream recheck now please", Some(IssueAct::Help)),
            ("/downstreams recheck", None),
            ("say /downstream recheck", None),
            ("> /downstream recheck", None),
            ("    /downstream recheck", None),
            ("```\n/downstream recheck\n```", None),
            ("```\n```\n/downstream recheck", Some(IssueAct::Recheck)),
            ("/downstream help\n<!-- downstream:v1 run=1 -->", None),
            ("", None),
            ("\u{0}\u{202e}", None),
            ("/downstream hold", Some(IssueAct::Help)),
        ] {
            assert_eq!(command(text, false, 1000), expected, "{text:?}");
        }
    }

    #[test]
    fn a_pull_request_is_held_and_let_go_and_nothing_else() {
        for (text, expected) in [
            ("/downstream hold", Some(IssueAct::Hold)),
            ("Not yet.\n\n /downstream  HOLD ", Some(IssueAct::Hold)),
            ("/downstream unhold", Some(IssueAct::Unhold)),
            ("/downstream unhold\n/downstream hold", Some(IssueAct::Unhold)),
            ("/downstream hold on", None),
            ("/downstream recheck", None),
            ("/downstream", None),
            ("> /downstream hold", None),
            ("```\n/downstream hold\n```", None),
            ("/downstream hold <!-- downstream:v1 preview=1 -->", None),
        ] {
            assert_eq!(command(text, true, 1000), expected, "{text:?}");
        }
    }
}
