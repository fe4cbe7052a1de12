mod orders;

pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.service(web::scope("/sales").configure(orders::configure));
}
