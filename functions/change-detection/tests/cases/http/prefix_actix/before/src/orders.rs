use actix_web::web;

pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/open").route(web::get().to(open)).route(web::post().to(create)));
}
