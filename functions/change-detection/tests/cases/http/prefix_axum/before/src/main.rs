mod orders;

fn app() -> Router {
    Router::new().nest("/api/orders", orders::router())
}
