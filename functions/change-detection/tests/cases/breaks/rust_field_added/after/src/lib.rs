pub struct Press {
    pub code: Code,
    pub modifiers: Modifiers,
    pub kind: Kind,
}

pub struct Mixed {
    pub a: u8,
    b: u8,
    pub c: u8,
}

#[non_exhaustive]
pub struct Open {
    pub a: u8,
    pub b: u8,
}
