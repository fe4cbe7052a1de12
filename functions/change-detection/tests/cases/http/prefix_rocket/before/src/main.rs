mod orders;

fn rocket() -> Rocket<Build> {
    rocket::build().mount("/orders", routes![orders::open])
}
