use axum::{Json, Router, routing::post};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct NewShelf {
    pub name: String,
}

async fn create(Json(shelf): Json<NewShelf>) -> String {
    shelf.name
}

pub fn router() -> Router {
    Router::new().route("/shelves", post(create))
}
