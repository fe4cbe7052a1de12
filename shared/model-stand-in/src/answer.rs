//! What a test has the server answer.

use std::time::Duration;

use axum::body::Body;
use axum::http::Response;
use bytes::Bytes;
use futures::stream;
use serde_json::{Value, json};

use crate::{Asked, Dialect, anthropic, error_body, openai};

/// An answer to one request.
#[derive(Debug, Clone)]
pub struct Answer {
    kind: Kind,
    headers: Vec<(String, String)>,
    delay: Duration,
}

#[derive(Debug, Clone)]
enum Kind {
    Said(Said),
    Status { status: u16, message: String },
    Raw { status: u16, content_type: &'static str, bytes: Bytes },
    Lost(Bytes),
}

/// A completed answer, before it is put into a dialect's words.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub text: String,
    pub ended: Ended,
    pub usage: Option<(u64, u64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    Well,
    CutOff,
    ForATool,
    Declined,
}

impl Answer {
    /// A good answer with this text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::said(text.into(), Ended::Well)
    }

    /// The first part of an answer that reached the limit of its length.
    pub fn cut_off(text: impl Into<String>) -> Self {
        Self::said(text.into(), Ended::CutOff)
    }

    /// A call of a tool that nobody offered.
    pub fn tool_call() -> Self {
        Self::said(String::new(), Ended::ForATool)
    }

    /// The model declines.
    pub fn declined() -> Self {
        Self::said(String::new(), Ended::Declined)
    }

    /// An error in the dialect's own words.
    pub fn status(status: u16, message: impl Into<String>) -> Self {
        Self::of(Kind::Status { status, message: message.into() })
    }

    /// This document.
    pub fn json(status: u16, body: &Value) -> Self {
        let bytes = Bytes::from(body.to_string());
        Self::of(Kind::Raw { status, content_type: "application/json", bytes })
    }

    /// These bytes and nothing around them.
    pub fn raw(status: u16, bytes: impl Into<Bytes>) -> Self {
        Self::of(Kind::Raw { status, content_type: "text/plain", bytes: bytes.into() })
    }

    /// These bytes of a good answer, and then the connection is lost.
    pub fn lost(bytes: impl Into<Bytes>) -> Self {
        Self::of(Kind::Lost(bytes.into()))
    }

    /// With so many tokens counted for the question and the answer.
    #[must_use]
    pub fn usage(mut self, input: u64, output: u64) -> Self {
        if let Kind::Said(said) = &mut self.kind {
            said.usage = Some((input, output));
        }
        self
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Only after this time.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    fn said(text: String, ended: Ended) -> Self {
        Self::of(Kind::Said(Said { text, ended, usage: None }))
    }

    fn of(kind: Kind) -> Self {
        Self { kind, headers: Vec::new(), delay: Duration::ZERO }
    }

    pub(crate) async fn send(self, asked: Option<&Asked>) -> Response<Body> {
        tokio::time::sleep(self.delay).await;
        let dialect = asked.map_or(Dialect::Openai, |asked| asked.dialect);
        let json = "application/json";
        let (status, content_type, body) = match self.kind {
            Kind::Raw { status, content_type, bytes } => (status, content_type, Body::from(bytes)),
            Kind::Lost(bytes) => {
                let parts = [Ok(bytes), Err(std::io::Error::other("lost"))];
                (200, json, Body::from_stream(stream::iter(parts)))
            }
            Kind::Status { status, message } => {
                let kind = match dialect {
                    Dialect::Anthropic => anthropic::kind(status),
                    Dialect::Openai => openai::kind(status),
                };
                (status, json, Body::from(error_body(dialect, kind, &message).to_string()))
            }
            Kind::Said(said) => (200, json, Body::from(complete(asked, &said).to_string())),
        };
        let mut response = Response::builder().status(status).header("content-type", content_type);
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        // A header that is none is the test's mistake, and shows as an empty answer.
        response.body(body).unwrap_or_default()
    }
}

fn complete(asked: Option<&Asked>, said: &Said) -> Value {
    let Some(asked) = asked else { return json!({}) };
    let (input, output) =
        said.usage.unwrap_or((asked.body.to_string().len() as u64 / 4, said.text.len() as u64 / 4 + 1));
    match asked.dialect {
        Dialect::Anthropic => anthropic::complete(&asked.model, said, input, output),
        Dialect::Openai => openai::complete(&asked.model, said, input, output),
    }
}
