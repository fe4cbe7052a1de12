//! Reading formats so that every value still knows its line.

pub(crate) mod json;
pub(crate) mod lines;
pub(crate) mod tables;
pub(crate) mod tokens;
pub(crate) mod yaml;

/// Parsers explain themselves in pictures; a problem is one line.
pub(crate) fn first_line(message: &str) -> String {
    const LONGEST: usize = 200;
    message.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("unreadable").chars().take(LONGEST).collect()
}
