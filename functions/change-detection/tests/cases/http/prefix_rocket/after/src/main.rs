mod orders;

fn rocket() -> Rocket<Build> {
    rocket::build().mount("/sales", routes![orders::open])
}
