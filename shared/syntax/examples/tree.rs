//! Prints the syntax tree of a file, as a rule's author needs it: `cargo run -p syntax --example tree -- FILE`.

fn main() -> std::io::Result<()> {
    let path = std::env::args().nth(1).unwrap_or_default();
    let bytes = std::fs::read(&path)?;
    let language = syntax::language_of(&path, &bytes).unwrap_or("unknown");
    print!("{}", syntax::outline(language, &bytes));
    Ok(())
}
