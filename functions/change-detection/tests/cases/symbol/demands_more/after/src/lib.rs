pub trait Depot {
    fn get(&self) -> u8;
    fn put(&self, value: u8);
    fn size(&self) -> u8 {
        1
    }
}

pub trait Shut: sealed::Sealed {
    fn get(&self) -> u8;
    fn put(&self, value: u8);
}

pub trait New {
    fn a(&self);
}
