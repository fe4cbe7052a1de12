//! Boxes at the end of an issue's body that do what a command does, for people with a mouse.
//!
//! A box is a line of ours: `- [ ] <!-- downstream:recheck --> Look again now`. What is quoted in a fence is never one,
//! whatever it looks like. A box is ticked by an edit of the body, which GitHub tells with the body before.

use std::fmt;

use crate::Fingerprint;

/// What a box asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tick {
    /// As `/downstream recheck`.
    Recheck,
    /// As `/downstream snooze`.
    Snooze {
        /// From 1 to 366.
        days: u32,
    },
    /// This repository goes its own way in a file of its template.
    Diverge {
        /// The file, from the root of the template.
        path: String,
    },
    /// A finding that has no issue of its own gets one.
    File {
        /// Which.
        finding: Fingerprint,
    },
    /// A finding that was put away is heard of again.
    Revive {
        /// Which.
        finding: Fingerprint,
    },
}

const CLEAR: &str = "- [ ] ";
const TICKED: [&str; 2] = ["- [x] ", "- [X] "];
const START: &str = "<!-- downstream:";
const END: &str = " -->";
const DAYS: std::ops::RangeInclusive<u32> = 1..=366;

impl Tick {
    /// The box as a line, not ticked. `text` is one line of Markdown that is ours or inert.
    pub fn line(&self, text: &str) -> String {
        format!("{CLEAR}{START}{self}{END} {text}\n")
    }

    /// The first box that is ticked in `after` and was there, not ticked, in `before`.
    pub fn newly(before: &str, after: &str) -> Option<Self> {
        let boxes = |body: &str, is_ticked: bool| -> Vec<Self> {
            let of = |line: &str| boxed(line).filter(|(ticked, _)| *ticked == is_ticked).map(|(_, tick)| tick);
            Outside::fences(body).filter_map(|(line, is_outside)| of(line).filter(|_| is_outside)).collect()
        };
        let clear = boxes(before, false);
        boxes(after, true).into_iter().find(|tick| clear.contains(tick))
    }

    /// The body with every box of ours clear; what people tick for themselves stays.
    pub fn cleared(body: &str) -> String {
        let clear = |(line, is_outside): (&str, bool)| match boxed(line) {
            Some((true, _)) if is_outside => format!("{CLEAR}{}", line.get(CLEAR.len()..).unwrap_or_default()),
            _ => line.to_owned(),
        };
        Outside::fences(body).map(clear).collect()
    }

    fn read(words: &str) -> Option<Self> {
        let (verb, of) = words.split_once('=').unwrap_or((words, ""));
        match verb {
            "recheck" if of.is_empty() => Some(Self::Recheck),
            "snooze" => {
                let digits = of.strip_suffix('d').filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
                let days = digits.parse().ok().filter(|days| DAYS.contains(days))?;
                Some(Self::Snooze { days })
            }
            "diverge" => Some(Self::Diverge { path: decoded(of).filter(|path| !path.is_empty())? }),
            "file" => of.parse().ok().map(|finding| Self::File { finding }),
            "revive" => of.parse().ok().map(|finding| Self::Revive { finding }),
            _ => None,
        }
    }
}

impl fmt::Display for Tick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Recheck => f.write_str("recheck"),
            Self::Snooze { days } => write!(f, "snooze={days}d"),
            Self::Diverge { path } => write!(f, "diverge={}", encoded(path)),
            Self::File { finding } => write!(f, "file={finding}"),
            Self::Revive { finding } => write!(f, "revive={finding}"),
        }
    }
}

/// Whether a line's box is ticked, and what it asks for; none for any other line.
fn boxed(line: &str) -> Option<(bool, Tick)> {
    let ticked = TICKED.iter().find_map(|start| line.strip_prefix(start));
    let rest = ticked.or_else(|| line.strip_prefix(CLEAR))?;
    let (words, _) = rest.strip_prefix(START)?.split_once(END)?;
    Some((ticked.is_some(), Tick::read(words)?))
}

/// Letters, digits and what no comment of HTML can end with; everything else as `%41`.
fn encoded(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._/".contains(&byte);
    path.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn decoded(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'))?);
        bytes.extend(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

/// Lines with their ends, each with whether it stands outside fenced code.
struct Outside<'a> {
    lines: std::str::SplitInclusive<'a, char>,
    /// What the fence that is open was opened with, and how often.
    open: Option<(char, usize)>,
}

impl<'a> Outside<'a> {
    fn fences(body: &'a str) -> Self {
        Self { lines: body.split_inclusive('\n'), open: None }
    }
}

impl<'a> Iterator for Outside<'a> {
    type Item = (&'a str, bool);

    fn next(&mut self) -> Option<Self::Item> {
        let line = self.lines.next()?;
        let text = line.trim_start_matches(' ');
        let mark = text.chars().next().filter(|c| ['`', '~'].contains(c) && line.len() - text.len() < 4);
        let run = mark.map_or(0, |mark| text.chars().take_while(|c| *c == mark).count());
        let rest = text.get(run..).unwrap_or_default();
        match (self.open, mark) {
            (Some((with, times)), Some(mark)) if mark == with && run >= times && rest.trim().is_empty() => {
                self.open = None;
                return Some((line, false));
            }
            (None, Some(mark)) if run >= 3 && (mark == '~' || !rest.contains('`')) => self.open = Some((mark, run)),
            _ => {}
        }
        Some((line, self.open.is_none()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Tick> {
        let finding: Fingerprint = "5b1e0c9a77d2f403".parse().unwrap();
        let paths = ["a.yml", "a b/ü --> <!-- x\n`%41`.yml", "-", "%", "a--b"];
        let mut all = vec![Tick::Recheck, Tick::Snooze { days: 14 }, Tick::Snooze { days: 366 }];
        all.extend(paths.map(|path| Tick::Diverge { path: path.to_owned() }));
        all.extend([Tick::File { finding: finding.clone() }, Tick::Revive { finding }]);
        all
    }

    #[test]
    fn what_is_written_is_read_when_it_is_ticked() {
        for tick in all() {
            let clear = format!("text\n\n{}more\n", tick.line("words"));
            assert_eq!(clear.matches("-->").count(), 1, "{clear}");
            for mark in ["- [x] ", "- [X] "] {
                let ticked = clear.replace(CLEAR, mark);
                assert_eq!(Tick::newly(&clear, &ticked), Some(tick.clone()));
                assert_eq!(
                    Tick::newly(&clear.replace('\n', "\r\n"), &ticked.replace('\n', "\r\n")),
                    Some(tick.clone())
                );
                assert_eq!(Tick::newly(&ticked, &clear), None, "clearing asks for nothing");
                assert_eq!(Tick::newly(&ticked, &ticked), None, "it was ticked before");
                assert_eq!(Tick::newly("", &ticked), None, "a box that comes ticked was not ticked by anybody");
                assert_eq!(Tick::cleared(&ticked), clear);
            }
            assert_eq!(Tick::cleared(&clear), clear);
        }
    }

    #[test]
    fn whatever_only_looks_like_a_box_is_none() {
        let before = Tick::Recheck.line("x");
        let ticked = before.replace(CLEAR, "- [x] ");
        for (open, close) in [("```", "```"), ("~~~~", "~~~~"), ("  ````diff", "`````"), ("```", ""), ("````", "```")] {
            let fenced = |text: &str| format!("{open}\n{text}{close}\n");
            assert_eq!(Tick::newly(&fenced(&before), &fenced(&ticked)), None, "{open}");
            assert_eq!(Tick::cleared(&fenced(&ticked)), fenced(&ticked), "{open}");
        }
        // A fence that ended, a span of code, a fence of another kind inside.
        for other in ["```\n```\n", "``` `x`\n", "~~~\n```\n~~~\n"] {
            let body = |text: &str| format!("{other}{text}");
            assert_eq!(Tick::newly(&body(&before), &body(&ticked)), Some(Tick::Recheck), "{other}");
        }
        for words in [
            "",
            "explain",
            "recheck=1",
            "snooze",
            "snooze=d",
            "snooze=0d",
            "snooze=367d",
            "snooze=+1d",
            "snooze=99999999999d",
            "snooze=é",
            "diverge",
            "diverge=",
            "diverge=%",
            "diverge=%4",
            "diverge=%é",
            "diverge=%FF",
            "diverge=%+1",
            "file=x",
            "file=",
            "revive=5B1E0C9A77D2F403",
        ] {
            let line = |mark: &str| format!("{mark}{START}{words}{END} x\n");
            assert_eq!(Tick::newly(&line(CLEAR), &line("- [x] ")), None, "{words}");
        }
        for line in ["* [x] ", " - [x] ", "> - [x] ", "- [x]", "+- [x] "] {
            assert_eq!(Tick::newly(&before, &before.replace(CLEAR, line)), None, "{line}");
        }
    }
}
