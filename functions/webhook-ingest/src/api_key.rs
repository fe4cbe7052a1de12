//! The key in front of `/api`, and what stands there while none is set.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::deps::App;
use crate::problem::Problem;

/// Where the key is sent.
pub(crate) const KEY_HEADER: &str = "x-api-key";

/// Lets a request through if it names the key; where there is no key, if no web page sent it. Looks before the body is
/// read.
pub(crate) async fn require(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    match check(&app, request.method(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

/// Whether a request names the key; where there is no key, whether something else than a web page sent it.
pub(crate) fn check(app: &App, method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    let (Some(secret), Some(key)) = (&app.deps.api_key, &app.api_key) else {
        return no_web_page(method, headers);
    };
    let said = headers.get(KEY_HEADER).map_or(&[][..], |value| value.as_bytes());
    if key.is(secret, said) {
        return Ok(());
    }
    let detail = "the header X-API-Key is missing or wrong";
    Err(Problem::new(StatusCode::UNAUTHORIZED, "bad-api-key", "Not authorised", detail))
}

/// A browser names the page that sends a request (Fetch standard, `Origin`). Any page may send one to this machine, and none
/// has a reason to.
pub(crate) fn no_web_page(method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    if method == Method::GET || !headers.contains_key(header::ORIGIN) {
        return Ok(());
    }
    let detail = "a web page may not report changes here: set ORCHESTRATOR_API_KEY and send it in X-API-Key";
    Err(Problem::new(StatusCode::FORBIDDEN, "foreign-page", "Not from a web page", detail))
}
