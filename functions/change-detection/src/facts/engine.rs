//! The oldest Node.js that a package asks for.

use contracts::fact::{Element, Fact, Impact};
use outline::Format;

use crate::comparison::{Comparison, Side};
use crate::facts::Rule;

const RAISED: Rule = Rule {
    id: "package.engine.raised",
    sees: "a package asks for a newer Node.js than before",
    impact: Impact::Risky,
    triggers: &["api_contract"],
};

/// Rules of this family.
pub const RULES: &[&Rule] = &[&RAISED];

/// Facts about engines.
pub(crate) fn facts(c: &Comparison) -> Vec<Fact> {
    let raised = |file: &crate::Changed| {
        let (before, after) = (file.before.as_ref()?, file.after.as_ref()?);
        let is_manifest = after.path == "package.json" || after.path.ends_with("/package.json");
        let ((old, _, _), (new, line, name)) = (asked(before)?, asked(after).filter(|_| is_manifest)?);
        let was = asked(before).map(|(_, line, _)| line)?;
        if new <= old {
            return None;
        }
        let element = Element::Symbol { module: name.clone(), name: "engines.node".to_owned(), renamed_to: None };
        let summary = format!("`{name}` asks for Node.js {new}, before {old}");
        Some(RAISED.fact(element, summary, c.before_span(before, was, was), c.after_span(after, line, line)))
    };
    c.looked_at().filter_map(raised).collect()
}

/// The oldest major version that is asked for, where that stands, and the package's name.
fn asked(side: &Side) -> Option<(u32, u32, String)> {
    let keys = outline::keys(Format::Json, side.text());
    let name = keys.iter().find(|key| key.is(&["name"]))?.value.clone();
    let key = keys.iter().find(|key| key.is(&["engines", "node"]))?;
    let oldest = key.value.split("||").filter_map(major).min()?;
    Some((oldest, key.line, name))
}

/// The first number: `>=18.0.0`, `^16`, `20.x`.
fn major(range: &str) -> Option<u32> {
    let range = range.trim_start_matches(|c: char| !c.is_ascii_digit());
    let digits = range.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oldest_versions() {
        for (range, expected) in [
            (">=18.0.0", Some(18)),
            ("^16", Some(16)),
            ("v20.x", Some(20)),
            ("*", None),
            ("", None),
            ("99999999999", None),
        ] {
            assert_eq!(major(range), expected, "{range}");
        }
    }
}
