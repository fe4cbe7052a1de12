trait Depot {
    fn get(&self) -> u8;
}
impl Depot for Mine {
    fn get(&self) -> u8 {
        1
    }
}
