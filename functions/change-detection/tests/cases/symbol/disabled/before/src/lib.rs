pub fn read(a: u8) -> u8 {
    a
}

pub fn kept(a: u8) -> u8 {
    a
}
