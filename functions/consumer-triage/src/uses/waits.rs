//! How long the consumer's clients wait.

use outline::{Format, quantity};

use crate::dependent::{File, Place};
use crate::uses::{Asked, text};

/// What announces a time limit of a request.
const LIMITS: &[&str] = &["timeout", "max-time", "max_time"];

/// Time limits of something else.
const OTHERS: &[&str] = &[
    "connect",
    "idle",
    "session",
    "lock",
    "cache",
    "keepalive",
    "keep_alive",
    "keep-alive",
    "statement",
    "pool",
    "subprocess",
    "timeout-minutes",
    "debounce",
    "shutdown",
    "handshake",
    "cleartimeout",
    "jest",
    "cy.",
    "testtimeout",
];

/// A limit in milliseconds, where it is set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wait<'a> {
    pub file: &'a File,
    pub line: u32,
    pub milliseconds: u64,
}

/// Time limits of clients in files that deal with the provider.
pub(crate) fn waits<'a>(asked: &Asked<'a>) -> Vec<Wait<'a>> {
    let dependent = asked.dependent;
    let near = dependent
        .files
        .iter()
        .filter(|file| file.place != Place::Test && !file.path.starts_with(".github/") && asked.contact.is_near(file));
    near.flat_map(of_file).collect()
}

fn of_file(file: &File) -> Vec<Wait<'_>> {
    let probes = probes(file);
    let lines = file
        .lines()
        .filter(|(number, line)| line.len() <= 2_000 && !text::is_comment(file, line) && !probes.contains(number));
    let found = lines.filter_map(|(line, text)| {
        let milliseconds = limit(text, is_javascript(file)).filter(|limit| *limit > 0)?;
        Some(Wait { file, line, milliseconds })
    });
    found.collect()
}

/// Lines of checks, which have limits of their own.
fn probes(file: &File) -> Vec<u32> {
    if outline::format_of(&file.path) != Some(Format::Yaml) {
        return Vec::new();
    }
    let keys = outline::keys(Format::Yaml, file.text());
    let of_check = |part: &String| part == "healthcheck" || part.ends_with("Probe");
    keys.iter().filter(|key| key.path.iter().any(of_check)).map(|key| key.line).collect()
}

fn is_javascript(file: &File) -> bool {
    matches!(file.language(), "javascript" | "typescript" | "tsx")
}

/// The limit that a line sets, in milliseconds.
fn limit(line: &str, javascript: bool) -> Option<u64> {
    let lower = line.to_ascii_lowercase();
    let (at, word) = LIMITS.iter().find_map(|word| Some((lower.find(word)?, word)))?;
    let aborts = lower.contains("settimeout(") && lower.contains("abort");
    if OTHERS.iter().any(|other| lower.contains(other)) || (lower.contains("settimeout(") && !aborts) {
        return None;
    }
    if aborts {
        return number(lower.rsplit(',').next()?).map(|(value, _)| value / 1_000);
    }
    let rest = lower.get(at + word.len()..)?;
    let name_end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    let (suffix, value) = rest.split_at(name_end);
    let expression = expression(value);
    let expression = expression.split_once("read=").map_or(expression, |(_, read)| read);
    // A pair is a limit for the connection and one for the answer.
    let expression = match expression.trim().strip_prefix('(') {
        Some(pair) => pair.rsplit(',').next().unwrap_or(pair),
        None => expression,
    };
    let (value, unit) = number(expression)?;
    let milliseconds = by_unit(value, unit, expression, suffix);
    Some(milliseconds.unwrap_or(match () {
        // Where nothing says it, JavaScript counts in milliseconds, and so does who writes thousands.
        () if javascript || value >= 1_000_000 => value / 1_000,
        () => value,
    }))
}

/// What a unit says, beside the number, in the words around it or in the name.
fn by_unit(thousandths: u64, unit: &str, expression: &str, suffix: &str) -> Option<u64> {
    let words = [
        (["from_millis", "ofmillis", "time.millisecond", "milliseconds="], 1),
        (["from_secs", "ofseconds", "time.second", "seconds="], 1_000),
        (["from_mins", "ofminutes", "time.minute", "minutes="], 60_000),
    ];
    let by_word = words.iter().find(|(names, _)| names.iter().any(|name| expression.contains(name)));
    let factor = match by_word {
        Some((_, factor)) => *factor,
        None => {
            let named = suffix.trim_start_matches('_');
            match if unit.is_empty() { named } else { unit } {
                "ms" | "millis" | "inmillis" | "milliseconds" => 1,
                "s" | "sec" | "secs" | "seconds" => 1_000,
                "m" | "min" | "minutes" => 60_000,
                _ => return None,
            }
        }
    };
    Some(thousandths.saturating_mul(factor) / 1_000)
}

/// What is assigned, up to the comma or bracket that ends it.
fn expression(text: &str) -> &str {
    let text = text.trim_start_matches(['"', '\'']).trim_start().trim_start_matches([':', '=', '?']);
    let mut depth = 0_u32;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => return &text[..at],
            ')' | ']' | '}' => depth -= 1,
            ',' | ';' if depth == 0 => return &text[..at],
            _ => {}
        }
    }
    text
}

/// The first number (and what it is multiplied by) in thousandths, with the letters right after it. Digits of a name are
/// no number.
fn number(text: &str) -> Option<(u64, &str)> {
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if c.is_ascii_digit() && !before.is_alphanumeric() && before != '_' {
            let end =
                |rest: &str| rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '_').unwrap_or(rest.len());
            let rest = &text[at..];
            let (digits, rest) = rest.split_at(end(rest));
            let mut value = quantity::milliseconds(&digits.replace('_', ""))?;
            if let Some(times) = rest.trim_start().strip_prefix('*') {
                let times = times.trim_start();
                value = times[..end(times)].replace('_', "").parse().map_or(value, |by| value.saturating_mul(by));
            }
            let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
            return Some((value, &rest[..letters]));
        }
        before = c;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_in_many_languages() {
        let cases = [
            ("httpx.Client(timeout=120)", false, Some(120_000)),
            ("requests.get(u, timeout=(3, 30))", false, Some(30_000)),
            ("httpx.Timeout(10.0, read=60.0)", false, Some(60_000)),
            ("timeout=self.timeout, retries=3", false, None),
            ("axios.get(u, { timeout: 5000 })", true, Some(5_000)),
            ("axios.get(u, { timeout: 500 })", true, Some(500)),
            ("fetch(u, { signal: AbortSignal.timeout(5_000) })", true, Some(5_000)),
            ("setTimeout(() => controller.abort(), 3000)", true, Some(3_000)),
            ("setTimeout(tick, 3000)", true, None),
            ("timeout: 60 * 1000", true, Some(60_000)),
            ("http.Client{Timeout: 10 * time.Second}", false, Some(10_000)),
            ("Timeout: 500 * time.Millisecond,", false, Some(500)),
            (".timeout(Duration::from_secs(5))", false, Some(5_000)),
            (".timeout(Duration::from_millis(750))", false, Some(750)),
            ("LLM_TIMEOUT=30", false, Some(30_000)),
            ("LLM_TIMEOUT_MS=30000", false, Some(30_000)),
            ("LLM_TIMEOUT_SECONDS: \"90\"", false, Some(90_000)),
            ("timeout = int(os.getenv(\"LLM_TIMEOUT\", \"45\"))", false, Some(45_000)),
            ("proxy_read_timeout 60s;", false, Some(60_000)),
            ("curl --max-time 20 http://x", false, Some(20_000)),
            ("timeout=30000", false, Some(30_000)),
            ("connect_timeout=5", false, None),
            ("timeout=None", false, None),
            ("timeout", false, None),
            ("timeout=ä9", false, None),
            ("", false, None),
        ];
        for (line, javascript, expected) in cases {
            assert_eq!(limit(line, javascript), expected, "{line}");
        }
    }
}
