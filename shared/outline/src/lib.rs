//! Keys and values of data files, each with the line it stands on.
//!
//! Reads what is written, not what it means: no anchors, no variables, no schema. A broken line costs that
//! line. Linear in the input, never recursive, no panic on any text.

pub mod code;
mod dockerfile;
mod env;
mod json;
mod keys;
pub mod quantity;
pub mod role;
pub mod settings;
mod shell;
mod toml;
mod yaml;

pub use dockerfile::{Instruction, instructions};
pub use shell::{Command, Flag, Word, commands};

/// One key with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// From the root; list items stand as their position (`0`, `1`, …).
    pub path: Vec<String>,
    /// A scalar without its quotes; empty where the value is a map or a list. Lines of a block are joined by `\n`.
    pub value: String,
    /// Line of the key, from 1.
    pub line: u32,
    /// Last line of the value, where it is a block; else the same as `line`.
    pub end: u32,
}

impl Key {
    /// The path joined by dots.
    pub fn dotted(&self) -> String {
        self.path.join(".")
    }

    /// Whether the path is exactly `parts`; `*` stands for any one part.
    pub fn is(&self, parts: &[&str]) -> bool {
        self.path.len() == parts.len() && self.path.iter().zip(parts).all(|(a, b)| *b == "*" || a == b)
    }

    /// The last part of the path.
    pub fn name(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }
}

/// A format that can be outlined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// YAML, one or more documents.
    Yaml,
    /// JSON, with comments where somebody wrote them.
    Json,
    /// TOML.
    Toml,
    /// `NAME=value` lines.
    Env,
    /// `[section]` and `key = value` lines.
    Properties,
}

/// The format by a file's name; none for code, documents and everything else.
pub fn format_of(path: &str) -> Option<Format> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    if name == ".env" || name.starts_with(".env.") || name.ends_with(".env") || name.ends_with(".env.example") {
        return Some(Format::Env);
    }
    match name.rsplit_once('.')?.1 {
        "yml" | "yaml" => Some(Format::Yaml),
        "json" | "jsonc" | "json5" => Some(Format::Json),
        "toml" => Some(Format::Toml),
        "properties" | "ini" | "cfg" => Some(Format::Properties),
        _ => None,
    }
}

/// The keys of `text` in the order in which they stand.
pub fn keys(format: Format, text: &str) -> Vec<Key> {
    match format {
        Format::Yaml => yaml::keys(text),
        Format::Json => json::keys(text),
        Format::Toml => toml::keys(text, true),
        Format::Properties => toml::keys(text, false),
        Format::Env => env::keys(text),
    }
}

/// A line's number, from 1.
fn line_number(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

/// Without one pair of surrounding quotes.
fn unquote(text: &str) -> &str {
    let text = text.trim();
    for quote in ['"', '\'', '`'] {
        if let Some(inner) = text.strip_prefix(quote).and_then(|t| t.strip_suffix(quote)) {
            return inner;
        }
    }
    text
}
