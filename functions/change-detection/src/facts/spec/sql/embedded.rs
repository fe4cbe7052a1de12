//! SQL inside of SQL: what the body of a function does, as it stands or as a text that is executed.

use super::statement::{self, Step};

/// More bodies and texts than this in one file are generated.
const MAX: usize = 500;

/// Longer files are dumps of data.
const MAX_BYTES: usize = 1 << 20;

/// Lines of one statement.
const STATEMENT: usize = 40;

/// Effects of statements in bodies between dollar signs, in their order.
pub(super) fn steps(text: &str) -> Vec<Step> {
    let mut out = Vec::new();
    if text.len() > MAX_BYTES {
        return out;
    }
    for (at, body) in bodies(text) {
        let first = line_of(text, at);
        for (line, sql) in executed(body).into_iter().chain(plain(body)).take(MAX) {
            out.extend(shifted(&sql, first + line));
        }
    }
    out
}

/// The effects of a statement that begins on a line, from 0, of a file.
pub(super) fn shifted(sql: &str, line: usize) -> Vec<Step> {
    let by = u32::try_from(line).unwrap_or(u32::MAX);
    let mut steps = statement::steps(sql);
    for step in &mut steps {
        step.start = step.start.saturating_add(by);
        step.end = step.end.saturating_add(by);
    }
    steps
}

/// Lines above a place.
fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).map_or(0, |above| above.matches('\n').count())
}

/// `$$ … $$`, `$body$ … $body$`: where each begins, and what is in it.
fn bodies(text: &str) -> Vec<(usize, &str)> {
    let mut out = Vec::new();
    let (mut at, mut tried) = (0, 0);
    while let Some(open) = text.get(at..).and_then(|rest| rest.find('$')).map(|found| at + found) {
        let tag = text[open + 1..].find('$').map(|end| &text[open..open + end + 2]);
        let tag = tag.filter(|tag| tag[1..tag.len() - 1].bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
        let start = tag.map_or(open + 1, |tag| open + tag.len());
        tried += usize::from(tag.is_some());
        if tried > MAX {
            break;
        }
        let end = tag.and_then(|tag| text[start..].find(tag).map(|end| (start + end, tag.len())));
        match end {
            Some((end, tag)) => {
                out.push((start, &text[start..end]));
                at = end + tag;
            }
            None => at = start,
        }
    }
    out
}

/// `EXECUTE 'ALTER TABLE …'`, a quote in it doubled.
fn executed(body: &str) -> Vec<(usize, String)> {
    let lower = body.to_ascii_lowercase();
    let mut out = Vec::new();
    for (at, word) in lower.match_indices("execute").take(MAX) {
        let rest = &body[at + word.len()..];
        let Some(text) = rest.trim_start().strip_prefix('\'') else { continue };
        let start = body.len() - text.len();
        let mut sql = String::new();
        let mut letters = text.chars().peekable();
        while let Some(c) = letters.next() {
            match c {
                '\'' if letters.peek() == Some(&'\'') => {
                    sql.push('\'');
                    letters.next();
                }
                '\'' => break,
                c => sql.push(c),
            }
        }
        out.push((line_of(body, start), sql));
    }
    out
}

/// Statements that change tables, on lines of their own.
fn plain(body: &str) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    let lines: Vec<&str> = body.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let upper = line.trim_start().to_ascii_uppercase();
        if !["ALTER TABLE", "DROP TABLE"].iter().any(|word| upper.starts_with(word)) {
            continue;
        }
        let rest = lines[at..].iter().take(STATEMENT).copied().collect::<Vec<_>>().join("\n");
        out.push((at, rest.split(';').next().unwrap_or("").to_owned()));
        if out.len() >= MAX {
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_bodies_do() {
        let told = |text: &str| -> Vec<String> {
            steps(text).iter().map(|step| format!("{:?}@{}", step.effect, step.start)).collect()
        };
        let cases: &[(&str, &[&str])] = &[
            (
                "CREATE FUNCTION f() AS $$\nBEGIN\n  EXECUTE 'ALTER TABLE \"a\" RENAME TO \"b\"';\nEND\n$$;",
                &["TableRenamed(\"a\", \"b\")@3"],
            ),
            ("DO $do$\nALTER TABLE a\n  DROP COLUMN c;\n$do$", &["ColumnDropped(\"a\", \"c\")@2"]),
            ("SELECT '$'; ALTER TABLE a DROP COLUMN b;", &[]),
            ("$$ EXECUTE 'ALTER TABLE a", &[]),
            ("$$ EXECUTE 'SELECT ''x''' $$", &[]),
            ("$ä$ $$", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(told(text), *expected, "{text}");
        }
    }
}
