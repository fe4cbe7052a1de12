fn app() -> Router {
    Router::new().route("/tags", post(tag))
}

async fn tag() -> StatusCode {
    StatusCode::CREATED
}
