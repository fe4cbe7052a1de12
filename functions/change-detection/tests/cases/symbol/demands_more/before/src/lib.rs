pub trait Depot {
    fn get(&self) -> u8;
}

pub trait Shut: sealed::Sealed {
    fn get(&self) -> u8;
}
