mod orders;

fn app() -> Router {
    Router::new().nest("/v2/orders", orders::router())
}
