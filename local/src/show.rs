//! What a person sees in the terminal. Text from repositories is shown inert: no control character gets through.

use std::io::IsTerminal;

use contracts::RepoName;
use contracts::fact::Span;
use contracts::verdict::{Answer, Finding, Urgency, Verdict};

/// Colours, or none.
#[derive(Debug, Clone, Copy)]
pub struct Paint {
    /// Whether a person watches.
    pub terminal: bool,
    colour: bool,
}

impl Paint {
    /// For standard output.
    pub fn of_stdout() -> Self {
        Self::of(std::io::stdout().is_terminal())
    }

    /// For standard error.
    pub fn of_stderr() -> Self {
        Self::of(std::io::stderr().is_terminal())
    }

    /// Colour only on a terminal, and not where it is unwanted (<https://no-color.org>).
    fn of(terminal: bool) -> Self {
        #[expect(clippy::disallowed_methods, reason = "NO_COLOR is a fact about the terminal, not a setting of ours")]
        let unwanted = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
        Self { terminal, colour: terminal && !unwanted }
    }

    fn code(self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// Good.
    pub fn green(self, text: &str) -> String {
        self.code("32", text)
    }

    /// Bad.
    pub fn red(self, text: &str) -> String {
        self.code("1;31", text)
    }

    /// Worth a look.
    pub fn yellow(self, text: &str) -> String {
        self.code("33", text)
    }

    /// Moving.
    pub fn blue(self, text: &str) -> String {
        self.code("34", text)
    }

    /// Beside the point.
    pub fn dim(self, text: &str) -> String {
        self.code("2", text)
    }

    /// A heading.
    pub fn bold(self, text: &str) -> String {
        self.code("1", text)
    }

    /// The urgency, in its colour.
    pub fn urgency(self, urgency: Urgency) -> String {
        let word = urgency.as_str().to_uppercase();
        match urgency {
            Urgency::Critical => self.red(&word),
            Urgency::High => self.code("31", &word),
            Urgency::Medium => self.yellow(&word),
            Urgency::Low => self.dim(&word),
        }
    }
}

/// Logs go to standard error, so that output can be piped. `-v` shows what happens, `-vv` why.
pub fn log_to_stderr(verbosity: u8) {
    let level = match verbosity {
        0 => "error",
        1 => "info",
        _ => "debug",
    };
    // Foreign crates are only heard when something is wrong: they log URLs and headers.
    let filter = tracing_subscriber::EnvFilter::new(format!("warn,hyper=error,gix=error,{}", ours(level)));
    let quiet = verbosity == 0;
    let filter = if quiet { tracing_subscriber::EnvFilter::new("error") } else { filter };
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(Paint::of_stderr().colour)
        .with_target(false)
        .init();
}

fn ours(level: &str) -> String {
    let crates =
        ["runtime", "initialize", "snapshot", "git", "syntax", "notify", "github", "webhook_ingest", "downstream"];
    crates.map(|name| format!("{name}={level}")).join(",")
}

/// Untrusted text for a terminal: control characters and what changes the direction of writing are made visible.
pub fn inert(text: &str) -> String {
    let is_hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    text.chars()
        .map(|c| {
            if c == '\t' {
                "    ".to_owned()
            } else if is_hidden(c) {
                c.escape_unicode().to_string()
            } else {
                c.to_string()
            }
        })
        .collect()
}

/// A verdict for people, findings with their evidence on both sides.
pub fn verdict(paint: Paint, verdict: &Verdict) -> String {
    let target = paint.bold(verdict.target.as_str());
    match &verdict.answer {
        Answer::NotAffected(why) => format!("{} {target}  {}\n", paint.green("not affected"), inert(why)),
        Answer::Unknown(why) => format!("{}      {target}  {}\n", paint.yellow("unknown"), inert(why)),
        Answer::Affected => {
            let findings = verdict.findings.iter().map(|f| finding(paint, &verdict.target, f));
            findings.collect::<Vec<_>>().join("\n")
        }
    }
}

/// A finding for people, with its evidence on both sides.
pub fn finding(paint: Paint, target: &RepoName, finding: &Finding) -> String {
    let mut text =
        format!("{} {}  {}\n", paint.urgency(finding.urgency), paint.bold(target.as_str()), inert(&finding.title));
    text += &format!("  {}\n", inert(&finding.change));
    for span in &finding.provider {
        text += &evidence(paint, span);
    }
    text += &format!("  {}\n", inert(&finding.consequence));
    for span in &finding.dependent {
        text += &evidence(paint, span);
    }
    let tier = format!("{}: {}", finding.tier.as_str(), finding.tier_reason);
    text += &paint.dim(&format!("  {}\n  rule {} · finding {}\n", inert(&tier), finding.rule, finding.fingerprint));
    text
}

fn evidence(paint: Paint, span: &Span) -> String {
    let commit = span.commit.as_ref().map(|c| format!("@{}", c.short())).unwrap_or_default();
    let place = format!("{}{commit} {}:{}", span.repo, inert(&span.path), span.start);
    let lines = span.quote.lines().take(6).enumerate();
    let quote: String = lines
        .map(|(n, line)| format!("      {} {}\n", paint.dim(&format!("{:>5}", span.start as usize + n)), inert(line)))
        .collect();
    format!("    {}\n{quote}", paint.blue(&place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_cannot_move_the_cursor_or_turn_the_line() {
        let cases = [
            ("plain äöü 日本", "plain äöü 日本"),
            ("\u{1b}[31mred\u{1b}[0m", "\\u{1b}[31mred\\u{1b}[0m"),
            ("a\rb\u{8}\u{7}", "a\\u{d}b\\u{8}\\u{7}"),
            ("abc\u{202e}txt.exe", "abc\\u{202e}txt.exe"),
            ("\tx", "    x"),
        ];
        for (text, shown) in cases {
            assert_eq!(inert(text), shown);
        }
    }
}
