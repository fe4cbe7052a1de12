//! Who reports a change.

use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};

use crate::actions::{Actions, Workflow};
use crate::api_key::{self, KEY_HEADER};
use crate::deps::App;
use crate::problem::Problem;

/// Who sends a report; no body is read before that is known.
pub(crate) enum Reporter<'a> {
    /// A workflow, by its token.
    Workflow(Box<Workflow<'a>>),
    /// Somebody who knows the key, or anybody where that is allowed.
    Somebody,
}

/// By token, by key, or by nothing where that is allowed. Whoever shows a token or a key is judged by it alone.
pub(crate) async fn of<'a>(app: &'a App, parts: &Parts) -> Result<Reporter<'a>, Problem> {
    let (headers, method) = (&parts.headers, &parts.method);
    let Some(actions) = &app.deps.actions else {
        let checked = api_key::check(app, method, headers);
        let hint = headers.contains_key(AUTHORIZATION);
        return checked.map(|()| Reporter::Somebody).map_err(|problem| if hint { no_tokens_here() } else { problem });
    };
    if headers.contains_key(AUTHORIZATION) {
        let workflow = actions.workflow(authorization(headers), app.now_ms()).await?;
        return Ok(Reporter::Workflow(Box::new(workflow)));
    }
    let is_free = actions.unauthenticated_ok() && !headers.contains_key(KEY_HEADER);
    if is_free || app.deps.api_key.is_some() && headers.contains_key(KEY_HEADER) {
        if is_free {
            api_key::no_web_page(method, headers)?
        } else {
            api_key::check(app, method, headers)?
        }
        return Ok(Reporter::Somebody);
    }
    Err(nobody(actions))
}

/// The one value; two are none, for who knows which of them somebody before us has checked.
fn authorization(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (value, more) = (values.next()?, values.next());
    if more.is_some() { None } else { value.to_str().ok() }
}

fn nobody(actions: &Actions) -> Problem {
    let detail = format!(
        "send Authorization: Bearer with an OIDC token of GitHub Actions (permissions: id-token: write) whose audience is {}, \
         or X-API-Key where ORCHESTRATOR_API_KEY is set",
        actions.audience()
    );
    Problem::new(StatusCode::UNAUTHORIZED, "no-token", "Who reports this?", detail)
}

fn no_tokens_here() -> Problem {
    let detail = "tokens are not looked at, for ORCHESTRATOR_URL is not set here, and X-API-Key is missing or wrong";
    Problem::new(StatusCode::UNAUTHORIZED, "bad-api-key", "Not authorised", detail)
}
