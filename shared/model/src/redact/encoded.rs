//! Secrets under base64, hex or escapes: decodes every run of such characters and looks inside.
//!
//! base64 is RFC 4648 section 4 and 5, wrapped as in RFC 2045 or not; hex is section 8; `%41` is RFC 3986 section 2.1.

mod decode;
mod runs;

use crate::redact::{Span, plain};

/// Layers of encoding that are undone.
const LAYERS: usize = 2;

/// Adds every encoded run that holds a secret.
pub(super) fn find(text: &str, spans: &mut Vec<Span>) {
    for run in runs::of(text) {
        if let Some(kind) = decode::all(&run.text).iter().find_map(|inside| secret_in(inside, LAYERS - 1)) {
            spans.extend(run.parts.iter().map(|(start, end)| Span { start: *start, end: *end, kind }));
        }
    }
}

/// The kind of the first secret in `text`, under at most `layers` more layers of encoding.
fn secret_in(text: &str, layers: usize) -> Option<&'static str> {
    let kind = plain(text).iter().min_by_key(|span| span.start).map(|span| span.kind);
    if kind.is_some() || layers == 0 {
        return kind;
    }
    let mut inner = runs::of(text).into_iter();
    inner.find_map(|run| decode::all(&run.text).iter().find_map(|inside| secret_in(inside, layers - 1)))
}
