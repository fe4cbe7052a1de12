use depot::Depot;

struct Mine;
impl Depot for Mine {
    fn get(&self) -> u8 {
        1
    }
}

struct Full;
impl Depot for Full {
    fn get(&self) -> u8 {
        1
    }
    fn put(&self, value: u8) {}
}

impl Clone for Mine {
    fn clone(&self) -> Self {
        Mine
    }
}
