//! Whether a text names a path, at the boundaries of its parts.

/// How a text of the consumer fits a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// The whole path, behind a host or an interpolated base.
    Based,
    /// The whole path and nothing else.
    Whole,
    /// The end of a longer path, or a path without the provider's own prefix.
    Tail,
    /// A longer path is put together from what comes in, and may be below this one.
    Open,
}

/// The rarest text that a caller must contain: the longest fixed part of the path.
pub(crate) fn needle(path: &str) -> String {
    let parts = segments(path);
    let longest = parts.iter().filter(|part| !is_parameter(part)).max_by_key(|part| part.len());
    longest.map_or_else(|| "/".to_owned(), |part| (*part).to_owned())
}

/// `${BASE}`, `$BASE` and `{{ base }}` are interpolations, written `{}`.
pub(super) fn normal_template(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['$', '{']) {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        let length = if tail.starts_with("${") || tail.starts_with('{') {
            tail.find('}').map_or(tail.len(), |end| end + 1 + usize::from(tail[end + 1..].starts_with('}')))
        } else {
            1 + tail[1..].find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(tail.len() - 1)
        };
        out.push_str("{}");
        rest = &tail[length..];
    }
    out + rest
}

/// Whether `text` names `path`, at the boundaries of its parts.
pub(super) fn fit(text: &str, path: &str) -> Option<Fit> {
    let (based, rest) = match text.split_once("://") {
        Some((_, rest)) => (true, rest.find('/').map(|at| &rest[at..])?),
        None if text.starts_with("{}") => (true, text.trim_start_matches("{}")),
        None => (false, text),
    };
    if rest.contains(char::is_whitespace) || rest.is_empty() {
        return None;
    }
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let (there, wanted) = (segments(rest), segments(path));
    if let Some(base) = path.strip_suffix("/*").filter(|base| segments(base).len() >= 2) {
        return super::proxied::fit(&there, base, if based { Fit::Based } else { Fit::Whole });
    }
    let open_prefix = path.starts_with('*');
    if !open_prefix && same(&there, &wanted) {
        return match (based, rest.starts_with('/')) {
            (true, _) => Some(Fit::Based),
            (false, true) => Some(Fit::Whole),
            // A bare word is a path only if it has more than one part.
            (false, false) => (wanted.len() > 1).then_some(Fit::Tail),
        };
    }
    let shorter = there.len().min(wanted.len());
    let tails = same(&there[there.len() - shorter..], &wanted[wanted.len() - shorter..]);
    let fixed = wanted[wanted.len() - shorter..].iter().filter(|part| !is_parameter(part));
    let telling = fixed.clone().count() >= 2
        || fixed.clone().any(|part| is_script(part) || (part.len() >= 8 && part.contains(['_', '-'])));
    let whole = there.len() >= wanted.len() || shorter >= 2;
    (tails && telling && whole && (open_prefix || rest.contains('/'))).then_some(Fit::Tail)
}

/// A file that a web server runs.
pub(super) fn is_script(path: &str) -> bool {
    path.ends_with(".php")
}

pub(super) fn segments(path: &str) -> Vec<&str> {
    path.trim_start_matches('*').split('/').filter(|part| !part.is_empty()).collect()
}

pub(super) fn is_parameter(part: &str) -> bool {
    part.starts_with([':', '{', '<', '*', '$']) || part.contains("{}") || part.contains("(?P")
}

/// Part by part. A parameter takes anything; an interpolation here stands for a parameter there, never for a fixed part.
pub(super) fn same(there: &[&str], wanted: &[&str]) -> bool {
    there.len() == wanted.len()
        && there.iter().zip(wanted).all(|(a, b)| if is_parameter(b) { !a.is_empty() } else { a == b })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_name_a_path() {
        let cases = [
            ("/health", "/health", Some(Fit::Whole)),
            ("{}/health", "/health", Some(Fit::Based)),
            ("http://svc:8000/health?x=1", "/health", Some(Fit::Based)),
            ("/healthz", "/health", None),
            ("/api/health-check", "/health", None),
            ("{}/api/health", "/health", None),
            ("health", "/health", None),
            ("see /health for more", "/health", None),
            ("/users/{}/badges", "/users/{id}/badges", Some(Fit::Whole)),
            ("/users/7/badges", "/users/:id/badges", Some(Fit::Whole)),
            ("/{}/badges", "/users/badges", None),
            ("{}/v1/chat/completions", "/chat/completions", Some(Fit::Tail)),
            ("/chat/completions", "/v1/chat/completions", Some(Fit::Tail)),
            ("{}/proofs/process_with_it", "*/process_with_it", Some(Fit::Tail)),
            ("process_with_it", "*/process_with_it", Some(Fit::Tail)),
            ("/proofs/process", "*/process", None),
            ("https://x.y", "/health", None),
            ("", "/health", None),
        ];
        for (text, path, expected) in cases {
            assert_eq!(fit(text, path), expected, "{text} {path}");
        }
    }

    #[test]
    fn templates_are_interpolations() {
        for (text, expected) in [
            ("${A}/x", "{}/x"),
            ("$A_B/x", "{}/x"),
            ("{{ a }}/x", "{}/x"),
            ("{a}/x", "{}/x"),
            ("$", "{}"),
            ("ä$ö", "ä{}ö"),
        ] {
            assert_eq!(normal_template(text), expected);
        }
    }
}
