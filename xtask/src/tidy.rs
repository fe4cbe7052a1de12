//! `cargo xtask tidy`: what people would have to remember.

mod floors;
mod readmes;
mod wire;

use anyhow::bail;

pub fn run() -> anyhow::Result<()> {
    let mut problems = Vec::new();
    problems.extend(floors::check()?);
    problems.extend(readmes::check()?);
    problems.extend(wire::check()?);
    problems.extend(crate::schemas::check()?);
    problems.extend(crate::wiring::check()?);
    problems.extend(crate::infra::docs::check()?);
    if problems.is_empty() {
        println!("tidy");
        return Ok(());
    }
    bail!("not tidy:\n  {}", problems.join("\n  "))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_house_is_tidy() {
        super::run().expect("the message says what to put where");
    }
}
