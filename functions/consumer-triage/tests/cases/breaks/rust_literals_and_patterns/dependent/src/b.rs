struct Press {
    code: u8,
    modifiers: u8,
}

fn f() -> Press {
    Press { code: 1, modifiers: 2 }
}
