use actix_web::web;

pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.service(web::scope("/shop").configure(orders::configure).service(list));
}

fn app() -> Router {
    Router::new().nest("/api", users::router()).merge(health::router())
}

fn rocket() -> Rocket<Build> {
    rocket::build().mount("/sales", routes![orders::open, close]).mount(PREFIX, routes![])
}
