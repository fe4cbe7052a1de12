use actix_web::{get, post, web, App, HttpServer};

#[get("/hello/{name}")]
async fn hello(name: web::Path<String>) -> String {
    format!("/hello/{name}")
}

#[actix_web::post("/items")]
pub async fn create_item() {}

#[rocket::put("/things/<id>", format = "json", data = "<thing>")]
fn put_thing(id: u32) {}

#[route("/multi", method = "GET", method = "HEAD")]
async fn multi() {}

fn configure(cfg: &mut web::ServiceConfig) {
    cfg.service(
        web::scope("/admin")
            .route("/stats", web::get().to(stats))
            .service(web::resource("/users/{id}").route(web::get().to(user)).route(web::delete().to(drop_user))),
    );
}
