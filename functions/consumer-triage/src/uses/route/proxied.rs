//! Everything below a path, as a web server passes it on: `/files/*`.

use super::fit::{Fit, segments};

/// Parts of a path that a pass-through must share to be told from others.
const MIN_SHARED: usize = 2;

/// Whether a text names something below `base`, or hands whatever it is given on to what may be below it.
pub(super) fn fit(there: &[&str], base: &str, fits: Fit) -> Option<Fit> {
    let wanted = segments(base);
    if there.starts_with(&wanted) {
        // Deeper down another route may have the path.
        return Some(if there.len() <= wanted.len() + 1 { fits } else { Fit::Tail });
    }
    let (last, shared) = there.split_last()?;
    let passes = *last == "{}" && shared.len() + 1 == wanted.len() && wanted.starts_with(shared);
    let telling = shared.len() >= MIN_SHARED && shared.iter().any(|part| part.len() >= 5);
    (passes && telling).then_some(Fit::Open)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_below() {
        for (text, expected) in [
            ("/api/files/raw/x/y", Some(Fit::Tail)),
            ("/api/files/raw/x", Some(Fit::Whole)),
            ("/api/files/raw", Some(Fit::Whole)),
            ("/api/files/{}", Some(Fit::Open)),
            ("/api/files/{}/x", None),
            ("/api/{}", None),
            ("/api/files", None),
            ("/api/files/other", None),
            ("", None),
        ] {
            assert_eq!(fit(&segments(text), "/api/files/raw", Fit::Whole), expected, "{text}");
        }
    }
}
