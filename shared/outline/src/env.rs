//! `NAME=value` lines, with `export` or without, as `.env` files and shells have them.

use crate::keys::Keys;
use crate::{Key, line_number, unquote};

pub(crate) fn keys(text: &str) -> Vec<Key> {
    let mut out = Keys::default();
    for key in text.lines().enumerate().filter_map(|(at, line)| assignment(line, line_number(at))) {
        out.push(key);
    }
    out.into_list()
}

fn assignment(line: &str, number: u32) -> Option<Key> {
    let line = line.trim_start();
    let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
    let (name, value) = line.split_once('=')?;
    let name = name.trim_end();
    let good = !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && !name.as_bytes()[0].is_ascii_digit();
    let value = value.split(" #").next().unwrap_or(value);
    good.then(|| Key { path: vec![name.to_owned()], value: unquote(value).to_owned(), line: number, end: number })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_assignments_count() {
        let cases = [
            ("A=1", Some(("A", "1"))),
            ("export B_2=\"x y\"", Some(("B_2", "x y"))),
            ("  C='v' # why", Some(("C", "v"))),
            ("EMPTY=", Some(("EMPTY", ""))),
            ("# D=1", None),
            ("not an assignment", None),
            ("9A=1", None),
            ("=1", None),
            ("ä=1", None),
        ];
        for (line, expected) in cases {
            let found = assignment(line, 1);
            assert_eq!(found.as_ref().map(|k| (k.path[0].as_str(), k.value.as_str())), expected, "{line}");
        }
    }
}
