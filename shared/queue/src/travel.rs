//! What goes beside an envelope through a service, and what comes out of it.

use std::borrow::Cow;

use contracts::MessageId;
use serde::Deserialize;

use crate::Parcel;

/// The message's id; a service's own is another at each sending.
pub(crate) const ID: &str = "id";
/// Which stage is meant, for whoever looks into a queue.
pub(crate) const STAGE: &str = "stage";
/// W3C trace context, for whoever takes traces and cannot read envelopes.
pub(crate) const TRACEPARENT: &str = "traceparent";
/// Why a message is among the dead letters.
pub(crate) const WHY: &str = "why";
/// The longest reason that travels, in bytes: an attribute of Pub/Sub holds 1,024
/// (<https://cloud.google.com/pubsub/quotas#resource_limits>).
const LONGEST_WHY: usize = 1_000;

impl Parcel {
    /// What arrived for `stage`, under the id that came with it. What others put into a queue may have none: then it is the
    /// envelope's, or one that follows from the text, so that the same text is the same message.
    pub fn arrived(stage: &str, id: Option<&str>, envelope: String) -> Self {
        let id = id.and_then(|id| id.parse().ok()).or_else(|| Outer::of(&envelope).id?.parse().ok());
        let id = id.unwrap_or_else(|| MessageId::derive(&["unknown", stage, &envelope]));
        Self { stage: stage.to_owned(), id, envelope }
    }

    /// What travels beside the envelope.
    pub(crate) fn attributes(&self) -> Vec<(&'static str, String)> {
        let mut attributes = vec![(ID, self.id.to_string()), (STAGE, self.stage.clone())];
        attributes.extend(traceparent(&self.envelope).map(|trace| (TRACEPARENT, trace)));
        attributes
    }
}

/// A queue's or topic's name: `<prefix><stage>` with `-` for `_`.
pub(crate) fn name_of(prefix: &str, stage: &str) -> String {
    format!("{prefix}{}", stage.replace('_', "-"))
}

/// Where the dead letters of the queue `name` go.
pub(crate) fn dead_of(name: &str) -> String {
    format!("{name}-dead")
}

/// The stage whose queue has this name, and whether it is the one of its dead letters.
pub(crate) fn stage_of(prefix: &str, name: &str) -> Option<(String, bool)> {
    let name = name.strip_prefix(prefix)?;
    let (stage, dead) = name.strip_suffix("-dead").map_or((name, false), |stage| (stage, true));
    (!stage.is_empty()).then(|| (stage.replace('-', "_"), dead))
}

/// A reason that fits beside a message.
pub(crate) fn short(why: &str) -> String {
    if why.is_empty() {
        return "no reason was given".to_owned();
    }
    match why.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= LONGEST_WHY).last() {
        Some(end) if end < why.len() => format!("{}…", &why[..end]),
        _ => why.to_owned(),
    }
}

/// The trace context that an envelope carries, if it is one (<https://www.w3.org/TR/trace-context/#traceparent-header>).
fn traceparent(envelope: &str) -> Option<String> {
    // Most envelopes have none, and looking for the word is cheaper than reading.
    envelope.contains("\"traceparent\"").then(|| Outer::of(envelope).traceparent).flatten().and_then(|text| {
        let lengths: Vec<usize> = text.split('-').map(str::len).collect();
        let is_hex = text.bytes().all(|b| b == b'-' || b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        (lengths == [2, 32, 16, 2] && is_hex).then(|| text.into_owned())
    })
}

/// What every envelope and every claim to one begins with.
#[derive(Default, Deserialize)]
struct Outer<'a> {
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    traceparent: Option<Cow<'a, str>>,
}

impl<'a> Outer<'a> {
    fn of(envelope: &'a str) -> Self {
        serde_json::from_str(envelope).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn an_id_comes_from_beside_the_envelope_or_from_it_or_from_the_text() {
        let (one, two) = (MessageId::derive(&["1"]), MessageId::derive(&["2"]));
        let envelope = format!(r#"{{"id":"{two}","run":"{two}","body":{{}}}}"#);
        let id = |given: Option<&str>, envelope: &str| Parcel::arrived("a", given, envelope.to_owned()).id;
        assert_eq!(id(Some(one.as_str()), &envelope), one);
        for given in [None, Some(""), Some("../etc"), Some("00")] {
            assert_eq!(id(given, &envelope), two, "{given:?}");
        }
        for garbage in ["", "{", "null", "[]", r#"{"id":7}"#, r#"{"id":"x"}"#, r#"{"id":"x","id":"y"}"#, "\u{ffff}"] {
            assert_eq!(id(None, garbage), id(Some("x"), garbage), "{garbage:?}");
        }
        assert_ne!(id(None, "{"), id(None, ""));
        assert_ne!(id(None, "{"), Parcel::arrived("b", None, "{".to_owned()).id);
    }

    #[test]
    fn a_trace_goes_beside_the_envelope_if_it_is_one() {
        let of = |trace: &str| traceparent(&serde_json::json!({ "id": "0", "traceparent": trace }).to_string());
        assert_eq!(of(TRACE).as_deref(), Some(TRACE));
        let bad = ["", "00", &TRACE.to_uppercase(), &TRACE.replace('-', "_"), &format!("{TRACE}\r\nx: y"), &TRACE[1..]];
        for bad in bad {
            assert_eq!(of(bad), None, "{bad:?}");
        }
        assert_eq!(traceparent(&format!(r#"{{"body":{{"traceparent":"{TRACE}"}}}}"#)), None);
        assert_eq!(traceparent(r#"{"traceparent":"#), None);
        let parcel = Parcel::arrived("a", None, format!(r#"{{"traceparent":"{TRACE}","body":1}}"#));
        assert_eq!(parcel.attributes().len(), 3);
    }

    #[test]
    fn names_lead_to_queues_and_back() {
        let cases = [("code_analysis", false, "x-code-analysis"), ("notify", true, "x-notify-dead")];
        for (stage, dead, name) in cases {
            let queue = name_of("x-", stage);
            assert_eq!(if dead { dead_of(&queue) } else { queue }, name);
            assert_eq!(stage_of("x-", name), Some((stage.to_owned(), dead)));
        }
        for other in ["", "x-", "x", "y-notify", "x--dead"] {
            assert_eq!(stage_of("x-", other), None, "{other}");
        }
    }

    #[test]
    fn a_reason_is_cut_between_characters() {
        assert_eq!(short("it is bad"), "it is bad");
        assert_eq!(short(""), "no reason was given");
        for long in ["x".repeat(5_000), "ä".repeat(5_000), "x🦀".repeat(5_000)] {
            let cut = short(&long);
            assert!(cut.len() <= 1_024 && cut.len() > 900 && cut.ends_with('…'), "{}", cut.len());
        }
    }
}
