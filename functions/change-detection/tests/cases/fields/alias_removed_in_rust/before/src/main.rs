use axum::{Json, Router, routing::post};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct NewShelf {
    #[serde(alias = "title")]
    pub name: String,
}

async fn create(Json(shelf): Json<NewShelf>) -> String {
    shelf.name
}

pub fn router() -> Router {
    Router::new().route("/shelves", post(create))
}
