//! The license: what the root's manifest says, else what the root's license texts are.

use std::sync::OnceLock;

use contracts::metadata::License;
use serde_json::Value;
use spdx::detection::{Store, TextData};
use spdx::{Expression, ParseMode};

use crate::format::{Format, directory};
use crate::read::json::Json;
use crate::read::tables::{Toml, table_in, text_in, texts_in};
use crate::read::tokens::{RUBY, Token, closing, tokens};

/// Below this the text is somebody's own, however much of a known one it quotes.
const SURE: f32 = 0.85;
/// The longest known license text has 70 KiB.
const LONGEST_TEXT: usize = 200_000;

/// Finds the license among the files of the root, given as path, format and text.
pub(crate) fn find<'f>(files: impl Iterator<Item = (&'f str, Format, &'f str)>) -> Option<License> {
    let mut root: Vec<_> = files.filter(|(path, ..)| directory(path).is_empty()).collect();
    root.sort_by_key(|(path, format, _)| (*format, *path));
    let said = root.iter().find_map(|(path, format, text)| {
        let spdx = in_manifest(*format, text).and_then(|written| normalized(&written))?;
        Some(License { spdx, path: (*path).to_owned() })
    });
    said.or_else(|| in_texts(root.iter().filter(|(_, format, _)| *format == Format::License).map(|(p, _, t)| (*p, *t))))
}

/// What a manifest says, as written.
fn in_manifest(format: Format, text: &str) -> Option<String> {
    match format {
        Format::CargoManifest => in_cargo(&Toml::parse(text).ok()?),
        Format::Pyproject => in_pyproject(&Toml::parse(text).ok()?),
        Format::NpmManifest | Format::ComposerManifest => in_json(&Json::parse(text).ok()?),
        Format::SetupCfg => in_setup_cfg(text),
        Format::Gemspec => in_gemspec(&tokens(text, RUBY)),
        Format::MavenPom => in_pom(text),
        Format::MsBuild => in_xml(text, "PackageLicenseExpression"),
        _ => None,
    }
}

fn in_cargo(toml: &Toml<'_>) -> Option<String> {
    let tables = [toml.table(&["package"]), toml.table(&["workspace", "package"])];
    tables.into_iter().flatten().find_map(|table| text_in(table, "license")).map(str::to_owned)
}

/// A PEP 639 expression, the older `{ text = … }`, Poetry's field, or a classifier.
fn in_pyproject(toml: &Toml<'_>) -> Option<String> {
    let project = toml.table(&["project"]).or_else(|| toml.table(&["tool", "poetry"]))?;
    let written = text_in(project, "license").or_else(|| text_in(table_in(project, &["license"])?, "text"));
    let known = written.filter(|written| normalized(written).is_some()).map(str::to_owned);
    let classifiers = texts_in(project, "classifiers");
    known.or_else(|| classifiers.iter().find_map(|value| classified(value.get_ref().as_str()?)))
}

/// `License :: OSI Approved :: MIT License`.
fn classified(classifier: &str) -> Option<String> {
    let name = classifier.trim().strip_prefix("License :: ")?.rsplit(" :: ").next()?;
    normalized(name)
}

/// A text, `{ "type": … }`, or a list of either, of which one may be chosen.
fn in_json(json: &Json) -> Option<String> {
    let one = |value: &Value| value.as_str().or_else(|| value.get("type")?.as_str()).map(str::to_owned);
    let root = json.root();
    let value = root.get("license").or_else(|| root.get("licenses"))?;
    match value.as_array() {
        Some(list) => Some(list.iter().filter_map(one).collect::<Vec<_>>().join(" OR ")),
        None => one(value),
    }
}

fn in_setup_cfg(text: &str) -> Option<String> {
    let settings = crate::dependencies::settings(text);
    let metadata = settings.iter().filter(|setting| setting.section == "metadata");
    let said =
        |key: &'static str| metadata.clone().filter(move |setting| setting.key == key).map(|setting| setting.value);
    let known = said("license").find(|value| normalized(value).is_some()).map(str::to_owned);
    known.or_else(|| said("classifiers").find_map(classified))
}

fn in_gemspec(tokens: &[Token<'_>]) -> Option<String> {
    let ends =
        |at: usize| tokens[at].word().is_some_and(|word| word.ends_with(".license") || word.ends_with(".licenses"));
    let at = (0..tokens.len()).find(|at| ends(*at))?;
    let value = tokens.get(at + 1).filter(|mark| mark.is('=')).and(tokens.get(at + 2))?;
    if !value.is('[') {
        return value.text().map(str::to_owned);
    }
    let list = &tokens[at + 2..=closing(tokens, at + 2)];
    Some(list.iter().filter_map(Token::text).collect::<Vec<_>>().join(" OR "))
}

fn in_pom(text: &str) -> Option<String> {
    let document = roxmltree::Document::parse(text).ok()?;
    let licenses = document
        .root_element()
        .children()
        .find(|node| node.has_tag_name("licenses") || node.tag_name().name() == "licenses")?;
    let names = licenses.descendants().filter(|node| node.tag_name().name() == "name").filter_map(|node| node.text());
    let known: Vec<String> = names.filter_map(normalized).collect();
    Some(known.join(" OR ")).filter(|known| !known.is_empty())
}

fn in_xml(text: &str, tag: &str) -> Option<String> {
    let document = roxmltree::Document::parse(text).ok()?;
    document.descendants().find(|node| node.tag_name().name() == tag)?.text().map(str::to_owned)
}

/// An SPDX expression for what people write: expressions, near misses (`MIT/Apache-2.0`), names (`The MIT License`).
fn normalized(written: &str) -> Option<String> {
    const LONGEST: usize = 200;
    let written = written.trim();
    if written.is_empty() || written.len() > LONGEST {
        return None;
    }
    if Expression::parse(written).is_ok() {
        return Some(written.to_owned());
    }
    if let Some(id) = by_name(written) {
        return Some(id.to_owned());
    }
    Expression::parse_mode(written, ParseMode::LAX).ok()?;
    Expression::canonicalize(written).ok()?.filter(|canonical| Expression::parse(canonical).is_ok())
}

/// The id of the license with this name, articles and brackets aside.
fn by_name(written: &str) -> Option<&'static str> {
    let words = telling_words(written);
    let current = spdx::identifiers::LICENSES
        .iter()
        .filter(|license| spdx::license_id(license.name).is_some_and(|id| !id.is_deprecated()));
    let found = current.filter(|license| !words.is_empty() && telling_words(license.full_name) == words);
    found.min_by_key(|license| license.name.len()).map(|license| license.name)
}

fn telling_words(name: &str) -> Vec<String> {
    const SAYING_NOTHING: [&str; 8] = ["the", "license", "licence", "version", "v", "software", "or", "only"];
    let outside = name.split('(').next().unwrap_or(name).to_ascii_lowercase();
    let words = outside.split(|c: char| !(c.is_alphanumeric() || c == '.')).map(|word| {
        let word = word.trim_end_matches('.');
        let number = word.strip_prefix('v').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        number.unwrap_or(word).to_owned()
    });
    words.filter(|word| !word.is_empty() && !SAYING_NOTHING.contains(&word.as_str())).collect()
}

/// Several texts beside each other (`LICENSE-MIT`, `LICENSE-APACHE`) leave the choice.
fn in_texts<'f>(texts: impl Iterator<Item = (&'f str, &'f str)>) -> Option<License> {
    let known: Vec<(&str, String)> = texts.filter_map(|(path, text)| Some((path, recognized(text)?))).collect();
    let (path, first) = known.first()?;
    let is_choice = known.iter().all(|(path, _)| path.contains('-'));
    let mut ids: Vec<&str> = known.iter().map(|(_, id)| id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let spdx = if is_choice { ids.join(" OR ") } else { first.clone() };
    Some(License { spdx, path: (*path).to_owned() })
}

fn recognized(text: &str) -> Option<String> {
    static KNOWN: OnceLock<Option<Store>> = OnceLock::new();
    if text.len() > LONGEST_TEXT {
        return None;
    }
    let known = KNOWN.get_or_init(|| Store::load_inline().ok()).as_ref()?;
    let found = known.analyze(&TextData::new(text));
    // A file that holds nothing but a name is no text, but it says as much.
    if found.score >= SURE {
        Some(found.name.to_owned())
    } else {
        text.lines().find(|l| !l.trim().is_empty()).and_then(normalized)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_becomes_spdx() {
        let cases = [
            ("MIT", Some("MIT")),
            ("MIT OR Apache-2.0", Some("MIT OR Apache-2.0")),
            ("MIT/Apache-2.0", Some("MIT OR Apache-2.0")),
            ("Apache 2.0", Some("Apache-2.0")),
            ("Apache License, Version 2.0", Some("Apache-2.0")),
            ("The Apache Software License, Version 2.0", Some("Apache-2.0")),
            ("The MIT License", Some("MIT")),
            ("MIT License (MIT)", Some("MIT")),
            ("BSD-3-Clause", Some("BSD-3-Clause")),
            ("Mozilla Public License 2.0 (MPL 2.0)", Some("MPL-2.0")),
            ("ISC License (ISCL)", Some("ISC")),
            ("LicenseRef-Ours", Some("LicenseRef-Ours")),
            ("SEE LICENSE IN LICENSE.md", None),
            ("UNLICENSED", None),
            ("proprietary", None),
            ("", None),
            ("(((((", None),
            ("ä", None),
        ];
        for (written, expected) in cases {
            assert_eq!(normalized(written).as_deref(), expected, "{written}");
        }
    }

    #[test]
    fn texts_are_recognized() {
        let mit = "MIT License\n\nCopyright (c) 2024 Somebody\n\n".to_owned() + spdx::license_id("MIT").unwrap().text();
        let apache = spdx::license_id("Apache-2.0").unwrap().text();
        type Case<'c> = (&'c [(&'c str, &'c str)], Option<&'c str>);
        let cases: [Case<'_>; 6] = [
            (&[("LICENSE", &mit)], Some("MIT")),
            (&[("COPYING", apache)], Some("Apache-2.0")),
            (&[("LICENSE-APACHE", apache), ("LICENSE-MIT", &mit)], Some("Apache-2.0 OR MIT")),
            (&[("UNLICENSE", spdx::license_id("Unlicense").unwrap().text())], Some("Unlicense")),
            (&[("LICENSE", "all rights reserved, ask us")], None),
            (&[("LICENSE", "")], None),
        ];
        for (texts, expected) in cases {
            let files = texts.iter().map(|(path, text)| (*path, Format::License, *text));
            assert_eq!(find(files).map(|license| license.spdx).as_deref(), expected);
        }
    }
}
