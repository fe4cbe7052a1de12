use acme_keys::{Code, Press};

fn f(p: Press) {
    match p {
        Press { code, modifiers } => g(code),
    }
    match p {
        Press { code, .. } => g(code),
    }
}

fn h() -> Press {
    Press {
        code: Code::A,
        modifiers: M,
    }
}
