use axum::{Router, extract::Path, routing::get};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Place {
    shop: String,
    wing: u8,
}

pub fn app() -> Router {
    Router::new().route("/shops/{shop}", get(show))
}

async fn show(Path(place): Path<Place>) -> String {
    place.shop
}
