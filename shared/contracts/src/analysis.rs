//! What a syntax tree says about one file. Keyed by git blob id and language, so it is made once.

mod bytes;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Everything that is taken from one file's syntax tree. All lines count from 1, both ends included.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FileAnalysis {
    /// The language's id (`python`, `typescript`, …).
    pub language: String,
    /// Number of lines.
    pub lines: u32,
    /// How the parse went.
    pub status: ParseStatus,
    /// Digest over the tree's leaves without comments and white space: equal means "only formatting or comments changed".
    pub code_hash: u64,
    /// Definitions, in file order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub symbols: Vec<Symbol>,
    /// What the file brings in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub imports: Vec<Import>,
    /// What it calls.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<Call>,
    /// HTTP routes that it serves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<Route>,
    /// What it puts before the routes of other files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mounts: Vec<Mount>,
    /// Environment variables that it reads.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub env: Vec<EnvRead>,
    /// String literals that can name something outside the file: paths, URLs, header names, identifiers in capitals.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub literals: Vec<Literal>,
}

/// How a parse went.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParseStatus {
    /// A tree without errors.
    #[default]
    Parsed,
    /// A tree with this many places the grammar did not understand; the rest is used.
    SyntaxErrors(u32),
    /// No tree: time, memory, or a crash of the grammar. The text says which.
    Failed(String),
}

/// A definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Symbol {
    /// What is defined.
    pub kind: SymbolKind,
    /// Its own name.
    pub name: String,
    /// The class, module or type around it, dotted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// Visible to other files by the language's rule (`pub`, `export`, capital letter, no leading underscore …).
    pub exported: bool,
    /// The text up to the body, white space folded, at most 300 characters.
    pub signature: String,
    /// Decorators, annotations and attributes, white space folded, each at most 300 characters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decorators: Vec<String>,
    /// First line, decorators included.
    pub start: u32,
    /// Last line.
    pub end: u32,
}

/// What a symbol is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SymbolKind {
    /// A function outside a type.
    Function,
    /// A function of a type.
    Method,
    /// A class, struct, object.
    Class,
    /// An interface, trait, protocol, enum, alias, message, table.
    Type,
    /// A named value: constant, variable of a module, configuration key, field of a message.
    Constant,
    /// A module, namespace, section, heading, block, stage.
    Section,
}

/// What a file brings in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Import {
    /// The module, package or path as written, without quotes.
    pub module: String,
    /// Names taken from it, where the language says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Line of the statement.
    pub line: u32,
}

/// A call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Call {
    /// What is called, dotted, as written (`requests.get`, `self.http.post`), at most 120 characters.
    pub callee: String,
    /// Number of positional arguments (for a symbol's signature check).
    pub arity: u8,
    /// Names of named arguments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub named: Vec<String>,
    /// Line of the call.
    pub line: u32,
}

/// A served HTTP route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Route {
    /// `GET`, `POST`, …, or `ANY`.
    pub method: String,
    /// The path as written, with its parameters in the framework's notation.
    pub path: String,
    /// The function that serves it, where it is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    /// The named function that declares it, else the router's variable: by this name another file mounts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// First line of the declaration (the decorator, the call).
    pub start: u32,
    /// Last line of the declaration, without the handler's body.
    pub end: u32,
}

/// A prefix that a file puts before what a router, a function or a module serves, mostly of another file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mount {
    /// What lies under the prefix, dotted as written (`users.router`, `shop.urls`), a path (`./users`), or `*` for every
    /// route of the program that a decorator declares.
    pub target: String,
    /// The prefix with everything that the file puts before it; a name in braces where it is no literal.
    pub prefix: String,
    /// What it hangs on itself, as in [`Route::owner`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Line of the call.
    pub line: u32,
}

/// A read of an environment variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EnvRead {
    /// The variable.
    pub name: String,
    /// The default given with the read, as written, at most 120 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// The read fails without the variable (`os.environ["X"]`, `env::var("X")?`).
    pub required: bool,
    /// Line of the read.
    pub line: u32,
}

/// A string literal worth remembering.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Literal {
    /// The text without quotes, at most 300 characters; interpolated parts stand as `{}`.
    pub text: String,
    /// The call that it is an argument of, dotted, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<String>,
    /// Line where it starts.
    pub line: u32,
}
