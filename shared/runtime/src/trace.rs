//! W3C trace context (<https://www.w3.org/TR/trace-context/#traceparent-header>) that crosses every hop.
//!
//! The trace is the run and a span is a message, so that whoever has the one has the other, and a repeat has the same.

use contracts::MessageId;

/// The trace context of a run's first message.
pub(crate) fn root(id: &MessageId) -> String {
    format!("00-{}-{}-01", id.as_str(), span(id))
}

/// The trace context of a message that one with `parent` caused; none where no trace is being taken.
pub(crate) fn child(parent: Option<&str>, id: &MessageId) -> Option<String> {
    let parent = parent?;
    let (version_and_trace, flags) = (parent.get(..35)?, parent.get(52..)?);
    Some(format!("{version_and_trace}-{}{flags}", span(id)))
}

fn span(id: &MessageId) -> &str {
    id.as_str().get(..16).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_kept_and_a_span_is_not() {
        let (first, second) = (MessageId::derive(&["1"]), MessageId::derive(&["2"]));
        let root = root(&first);
        assert_eq!(root.len(), 55);
        let next = child(Some(&root), &second).expect("goes on");
        assert_eq!(next.len(), 55);
        assert_eq!(&next[..36], &root[..36]);
        assert_eq!(&next[36..52], &second.as_str()[..16]);
        assert_eq!(&next[52..], "-01");
        for nothing in [None, Some(""), Some("00-short-01"), Some("ü-ü")] {
            assert_eq!(child(nothing, &second), None, "{nothing:?}");
        }
    }
}
