//! Prints the JSON Schema of `relationships.json`:
//! `cargo run --quiet -p relationships --example schema > config/relationships.schema.json`.

fn main() -> Result<(), serde_json::Error> {
    println!("{}", serde_json::to_string_pretty(&relationships::schema())?);
    Ok(())
}
