//! CODEOWNERS.

use contracts::metadata::OwnerRule;

/// GitHub ignores a larger file; this many rules are beyond anything it would read.
const MOST_RULES: usize = 10_000;

/// The rules in file order; a pattern without owners frees what earlier rules claimed.
pub(crate) fn read(text: &str) -> Vec<OwnerRule> {
    text.lines().filter_map(rule).take(MOST_RULES).collect()
}

fn rule(line: &str) -> Option<OwnerRule> {
    let line = line.split(" #").next().unwrap_or(line).trim();
    // `[Section]` is another forge's dialect and owns nothing.
    if line.is_empty() || line.starts_with(['#', '[']) {
        return None;
    }
    let mut words = words(line).into_iter();
    Some(OwnerRule { pattern: words.next()?, owners: words.collect() })
}

/// Words at blanks, where `\ ` is a blank of the pattern.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut escaped = false;
    for c in line.chars() {
        if c.is_whitespace() && !escaped {
            words.push(String::new());
        } else if let Some(word) = words.last_mut() {
            word.push(c);
        }
        escaped = c == '\\' && !escaped;
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_keep_their_order_and_their_words() {
        let text = "# all\n*  @org/team\n\n/docs/ a@b.c @x # why\n/free\na\\ b @y\n[Section]\n#last";
        let shown: Vec<_> = read(text).into_iter().map(|rule| (rule.pattern, rule.owners.join(","))).collect();
        let expected = [("*", "@org/team"), ("/docs/", "a@b.c,@x"), ("/free", ""), ("a\\ b", "@y")];
        assert_eq!(shown, expected.map(|(pattern, owners)| (pattern.to_owned(), owners.to_owned())));
        assert!(read("\u{0}\n\n \t\n#").len() <= 1);
    }
}
