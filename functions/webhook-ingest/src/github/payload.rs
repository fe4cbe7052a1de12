//! The two wrappings in which GitHub sends the same JSON.

use std::borrow::Cow;

use axum::http::StatusCode;
use serde::de::IgnoredAny;

use crate::problem::Problem;

/// How the JSON is wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// `application/json`: the body is it.
    Json,
    /// `application/x-www-form-urlencoded`: it is the field `payload`.
    Form,
}

impl Format {
    /// From the content type; JSON where none is given, none for anything else.
    pub(super) fn of(content_type: Option<&[u8]>) -> Option<Self> {
        let Some(value) = content_type else { return Some(Self::Json) };
        let essence = value.split(|&b| b == b';').next().unwrap_or_default().trim_ascii();
        if essence.eq_ignore_ascii_case(b"application/json") {
            Some(Self::Json)
        } else if essence.eq_ignore_ascii_case(b"application/x-www-form-urlencoded") {
            Some(Self::Form)
        } else {
            None
        }
    }
}

/// The JSON in a body.
pub(super) fn json_of(format: Option<Format>, body: &[u8]) -> Result<Cow<'_, [u8]>, Problem> {
    match format {
        Some(Format::Json) => Ok(Cow::Borrowed(body)),
        Some(Format::Form) => {
            let field = url::form_urlencoded::parse(body).find(|(name, _)| name == "payload");
            let (_, json) = field.ok_or_else(|| Problem::invalid("", "the form has no field payload"))?;
            Ok(Cow::Owned(json.into_owned().into_bytes()))
        }
        None => {
            let detail = "expected application/json or application/x-www-form-urlencoded";
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            Err(Problem::new(status, "unsupported-media-type", "Unsupported content type", detail))
        }
    }
}

/// Whether the whole text is JSON; nothing is kept of it.
pub(super) fn well_formed(json: &[u8]) -> Result<(), Problem> {
    serde_json::from_slice::<IgnoredAny>(json)?;
    Ok(())
}
