//! Refusals, as RFC 9457 problem documents.

use std::borrow::Cow;

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use stage::Fault;

/// Why a request is refused, for the one who sent it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Problem {
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    #[serde(serialize_with = "as_number")]
    status: StatusCode,
    detail: Cow<'static, str>,
    /// Where in the body, if it is about one place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Misplaced>,
    #[serde(skip)]
    retry_after: Option<u64>,
}

/// One place of the body that is wrong.
#[derive(Debug, Clone, Serialize)]
struct Misplaced {
    pointer: String,
    detail: String,
}

/// Longest detail, in characters: what a sender wrote is quoted, not mirrored.
const MOST_DETAIL: usize = 400;

impl Problem {
    pub(crate) fn new(
        status: StatusCode,
        slug: &str,
        title: &'static str,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        let kind = format!("urn:downstream:problem:{slug}");
        Self { kind, title, status, detail: short(detail.into()), errors: Vec::new(), retry_after: None }
    }

    /// The same, to be asked again after so many seconds.
    pub(crate) fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// A body that is JSON but does not say what it must.
    pub(crate) fn invalid(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        let detail: String = short(detail.into().into()).into_owned();
        let errors = vec![Misplaced { pointer: pointer.into(), detail: detail.clone() }];
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Self { errors, ..Self::new(status, "invalid-content", "The content cannot be used", detail) }
    }

    /// What the inbox could not do. The reason stays in the log: it may name folders and hosts.
    pub(crate) fn of_fault(fault: &Fault) -> Self {
        tracing::warn!(%fault, "the inbox refused a change");
        match fault {
            Fault::Retry { after, .. } => {
                let detail = "the change could not be written down; nothing was lost, send it again";
                let status = StatusCode::SERVICE_UNAVAILABLE;
                let retry_after = Some(after.map_or(5, |after| after.as_secs().max(1)));
                Self { retry_after, ..Self::new(status, "not-durable", "Not accepted", detail) }
            }
            Fault::Reject { .. } => {
                let detail = "the change can not be accepted, now or later; the log of the service says why";
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "rejected", "Not accepted", detail)
            }
        }
    }
}

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        let detail = error.to_string();
        if error.is_data() {
            return Self::invalid("", detail);
        }
        Self::new(StatusCode::BAD_REQUEST, "malformed-json", "The body is not JSON", detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

fn as_number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}

fn short(text: Cow<'static, str>) -> Cow<'static, str> {
    match text.char_indices().nth(MOST_DETAIL) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => text,
    }
}
