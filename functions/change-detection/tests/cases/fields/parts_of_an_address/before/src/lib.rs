use axum::{Router, extract::Path, routing::get};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Place {
    shop: String,
    floor: String,
}

pub fn app() -> Router {
    Router::new().route("/shops/{shop}/{floor}", get(show))
}

async fn show(Path(place): Path<Place>) -> String {
    place.shop
}
