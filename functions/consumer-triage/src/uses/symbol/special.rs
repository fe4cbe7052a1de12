//! Facts about names that are used otherwise than by naming them: arguments, packages as a whole, types to implement.

use contracts::fact::Fact;

use crate::uses::keyword::{self, Keyword};
use crate::uses::{Asked, Found, default_export, engine, implements};

/// Uses of such a fact; none for every other fact.
pub(super) fn find(
    fact: &Fact,
    (module, name, renamed_to): (&str, &str, Option<&str>),
    asked: &Asked<'_>,
) -> Option<Found> {
    if let Some(keyword) = Keyword::read(name) {
        return Some(keyword::find(module, keyword, renamed_to, asked));
    }
    if default_export::is_about(fact) {
        return Some(default_export::find(fact, module, asked));
    }
    if fact.rule == "package.engine.raised" {
        return Some(engine::find(fact, module, asked));
    }
    (fact.rule == "symbol.member.required").then(|| implements::find(module, name, asked))
}

/// Texts without which code cannot hold a use of the name.
pub(crate) fn needles(module: &str, name: &str) -> Vec<String> {
    let (name, keyword) = name.split_once('(').unwrap_or((name, ""));
    let last = name.rsplit('.').next().unwrap_or(name);
    // What is no name of the provider's own: a package is taken by its name alone.
    let own = name != "engines.node" && !matches!(last, "default" | "require" | "*");
    let texts = [module, if own { last } else { "" }, keyword.trim_end_matches(')')];
    texts.into_iter().filter(|text| !text.is_empty()).map(str::to_owned).collect()
}
