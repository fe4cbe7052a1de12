use axum::{Router, routing::get};

fn orders() -> Router {
    Router::new().route("/open", get(open))
}

fn app() -> Router {
    Router::new().nest("/sales", orders())
}
