mod orders;

pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.service(web::scope("/orders").configure(orders::configure));
}
