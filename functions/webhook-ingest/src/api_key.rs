//! The key in front of `/api`.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::deps::App;
use crate::problem::Problem;

/// Lets a request through if there is no key, or if it names the key. Looks before the body is read.
pub(crate) async fn require(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (Some(secret), Some(key)) = (&app.deps.api_key, &app.api_key) else {
        return next.run(request).await;
    };
    let said = request.headers().get("x-api-key").map_or(&[][..], |value| value.as_bytes());
    if key.is(secret, said) {
        return next.run(request).await;
    }
    let detail = "the header X-API-Key is missing or wrong";
    Problem::new(StatusCode::UNAUTHORIZED, "bad-api-key", "Not authorised", detail).into_response()
}
