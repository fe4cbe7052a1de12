//! The key in front of `/api`, and what stands there while none is set.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::deps::App;
use crate::problem::Problem;

/// Lets a request through if it names the key; where there is no key, if no web page sent it. Looks before the body is
/// read.
pub(crate) async fn require(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (Some(secret), Some(key)) = (&app.deps.api_key, &app.api_key) else {
        // A browser names the page that sends a request (Fetch standard, `Origin`). Any page may send one to this machine,
        // and none has a reason to.
        if request.method() != Method::GET && request.headers().contains_key(header::ORIGIN) {
            let detail = "a web page may not report changes here: set ORCHESTRATOR_API_KEY and send it in X-API-Key";
            return Problem::new(StatusCode::FORBIDDEN, "foreign-page", "Not from a web page", detail).into_response();
        }
        return next.run(request).await;
    };
    let said = request.headers().get("x-api-key").map_or(&[][..], |value| value.as_bytes());
    if key.is(secret, said) {
        return next.run(request).await;
    }
    let detail = "the header X-API-Key is missing or wrong";
    Problem::new(StatusCode::UNAUTHORIZED, "bad-api-key", "Not authorised", detail).into_response()
}
