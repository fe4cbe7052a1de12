use axum::{Router, routing::get};

pub fn router() -> Router {
    Router::new().route("/open", get(open).post(create))
}
