//! Failures of a cloud's storage, in words that say what to do. All of them may be over by the next try: what a role may do
//! and which buckets there are is changed by people while messages wait, and takes a minute to reach every server.

use std::io::ErrorKind;

use contracts::BlobKey;

use crate::Error;

/// A cause's own causes that are told.
const DEEPEST: usize = 8;

/// What the storage answered, if it did.
pub(crate) struct Answered {
    /// Of http.
    pub status: u16,
    /// The storage's own word for it, such as `AccessDenied`, and its explanation.
    pub what: String,
}

/// The storage answered that it will not, or cannot now. `grant` says which rights a role needs.
pub(crate) fn answered(key: &BlobKey, bucket: &str, grant: &str, answered: &Answered) -> Error {
    let Answered { status, what } = answered;
    let (kind, todo) = match status {
        401 | 403 => (ErrorKind::PermissionDenied, format!("; grant {grant} on this bucket (terraform apply does)")),
        301 | 307 | 308 => (ErrorKind::NotFound, "; the bucket lies in another region than this function".to_owned()),
        404 => (ErrorKind::NotFound, "; create it (terraform apply) or correct ORCHESTRATOR_BLOBS_URL".to_owned()),
        _ => (ErrorKind::Other, String::new()),
    };
    let what: String = what.chars().take(200).collect();
    failed(key, kind, format!("bucket {bucket} answers {status}, {what}{todo}"))
}

/// There was no answer: no credentials, no connection.
pub(crate) fn silent(key: &BlobKey, bucket: &str, credentials: &str, error: &dyn std::error::Error) -> Error {
    let why = chain(error);
    if why.to_ascii_lowercase().contains("credential") {
        // Every place that was looked at is in it.
        let why: String = why.chars().take(200).collect();
        let why = format!("no credentials for bucket {bucket}: {credentials} ({why} …)");
        return failed(key, ErrorKind::PermissionDenied, why);
    }
    failed(key, ErrorKind::NotConnected, format!("bucket {bucket} cannot be reached: {why}"))
}

/// An error and its causes, the outermost first, each said once.
fn chain(error: &dyn std::error::Error) -> String {
    let mut said: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next.filter(|_| said.len() < DEEPEST) {
        let text = error.to_string();
        if !said.iter().any(|known| known.contains(&text)) {
            said.push(text);
        }
        next = error.source();
    }
    said.join(": ")
}

fn failed(key: &BlobKey, kind: ErrorKind, why: String) -> Error {
    // An answer may be a page of a proxy; a line of it is enough.
    let why: String = why.chars().map(|c| if c.is_control() { ' ' } else { c }).take(600).collect();
    Error::Io { key: key.clone(), source: std::io::Error::new(kind, why) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_says_what_to_do() {
        let key: BlobKey = "test/0".parse().expect("a key");
        let cases = [
            (401, ErrorKind::PermissionDenied, "grant s3:GetObject on this bucket"),
            (403, ErrorKind::PermissionDenied, "grant s3:GetObject on this bucket"),
            (301, ErrorKind::NotFound, "another region"),
            (404, ErrorKind::NotFound, "ORCHESTRATOR_BLOBS_URL"),
            (500, ErrorKind::Other, "answers 500"),
            (503, ErrorKind::Other, "SlowDown"),
        ];
        for (status, kind, words) in cases {
            let what = format!("SlowDown: line one\nline two {}", "x".repeat(10_000));
            let error = answered(&key, "b", "s3:GetObject", &Answered { status, what });
            assert!(matches!(&error, Error::Io { source, .. } if source.kind() == kind), "{status}: {error:?}");
            let text = error.to_string();
            assert!(text.contains(words) && text.contains("bucket b") && !text.contains('\n'), "{text}");
            assert!(text.len() < 1_000, "{text}");
        }
    }

    #[test]
    fn causes_are_told_once() {
        let inner = std::io::Error::other("the credentials expired");
        let key: BlobKey = "test/0".parse().expect("a key");
        let text = silent(&key, "b", "log in", &inner).to_string();
        assert!(text.contains("no credentials for bucket b: log in"), "{text}");
        let text = silent(&key, "b", "log in", &std::io::Error::other("connection refused")).to_string();
        assert!(text.contains("bucket b cannot be reached: connection refused"), "{text}");
    }
}
