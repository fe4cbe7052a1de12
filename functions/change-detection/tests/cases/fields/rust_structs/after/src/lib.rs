use axum::{Json, Router, routing::post};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewOrder {
    total: u32,
    region: String,
}

#[derive(Serialize)]
pub struct Order {
    id: String,
}

#[derive(Deserialize)]
pub struct Settings {
    folder: String,
}

pub fn app() -> Router {
    Router::new().route("/orders", post(make))
}

async fn make(Json(order): Json<NewOrder>) -> Json<Order> {
    Json(save(order))
}
