use axum::{Router, routing::{get, post, any}};

fn users() -> Router {
    Router::new().route("/", get(list).post(create)).route("/{id}", get(show).delete(remove))
}

pub fn app(state: State) -> Router {
    let api = Router::new()
        .route("/orders", post(orders::create))
        .route("/orders/{id}", axum::routing::patch(orders::update));
    Router::new()
        .route("/health", get(|| async { "ok" }))
        .route("/any", any(fallback))
        .nest("/api", api)
        .nest("/users", users())
        .nest_service("/static", files)
        .layer(TraceLayer::new_for_http())
        .with_state(state)
}
