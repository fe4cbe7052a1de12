#[get("/open")]
pub fn open() -> String {
    String::new()
}
