//! The characters that SQS takes: those of XML 1.0. A message with any other is refused as a whole
//! (<https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html>).

use std::borrow::Cow;

/// JSON that SQS takes and that means the same: what is not allowed can stand in a string only, and there it can be written
/// as an escape.
pub(crate) fn json(text: &str) -> Cow<'_, str> {
    replaced(text, |c| Cow::Owned(format!("\\u{:04x}", u32::from(c))))
}

/// Text for people that SQS takes.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    replaced(text, |_| Cow::Borrowed("\u{fffd}"))
}

/// How long `text` is as [`json`].
pub(crate) fn json_bytes(text: &str) -> usize {
    text.len() + text.chars().filter(|c| !is_allowed(*c)).map(|c| "\\u0000".len() - c.len_utf8()).sum::<usize>()
}

fn replaced(text: &str, by: impl Fn(char) -> Cow<'static, str>) -> Cow<'_, str> {
    if text.chars().all(is_allowed) {
        return Cow::Borrowed(text);
    }
    let mut allowed = String::with_capacity(json_bytes(text));
    for c in text.chars() {
        if is_allowed(c) {
            allowed.push(c);
        } else {
            allowed.push_str(&by(c));
        }
    }
    Cow::Owned(allowed)
}

/// Surrogates are no characters of Rust's.
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_means_the_same() {
        let texts =
            ["plain", "ä🦀", "\u{fffe}\u{ffff}", "\0\u{1}\u{1f}\u{7f}\u{85}", "a\\\u{ffff}\"", "\t\r\n", "\u{1ffff}"];
        for text in texts {
            let envelope = serde_json::json!({ "body": text }).to_string();
            let sent = json(&envelope);
            assert!(sent.chars().all(is_allowed), "{sent:?}");
            assert_eq!(sent.len(), json_bytes(&envelope), "{text:?}");
            assert_eq!(serde_json::from_str::<serde_json::Value>(&sent).expect("JSON")["body"], text);
        }
    }

    #[test]
    fn what_is_no_json_can_be_sent_too() {
        for garbage in ["\0", "{\u{8}", "\u{ffff}"] {
            assert!(json(garbage).chars().all(is_allowed) && plain(garbage).chars().all(is_allowed), "{garbage:?}");
        }
        assert_eq!(plain("a\0b"), "a\u{fffd}b");
    }
}
