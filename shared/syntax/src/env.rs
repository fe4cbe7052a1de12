//! Reads of environment variables: by a call from a language's table, or by a member, a subscript, an expansion.

use contracts::analysis::EnvRead;

use crate::site::{Site, string};
use crate::text::folded;
use crate::tree::Node;

/// A call that reads the environment.
#[derive(Debug, Clone, Copy)]
pub struct Reader {
    /// What is called; a name that starts with a dot is the end of a longer one.
    pub callee: &'static str,
    /// The positional argument that is the default.
    pub default: Option<usize>,
    /// It fails without the variable, unless a default is given.
    pub required: bool,
}

/// A call without a default that gives nothing for a missing variable.
pub const fn optional(callee: &'static str) -> Reader {
    Reader { callee, default: None, required: false }
}

/// A call whose second argument is the default.
pub const fn defaulted(callee: &'static str) -> Reader {
    Reader { callee, default: Some(1), required: false }
}

/// A call that fails without the variable.
pub const fn required(callee: &'static str) -> Reader {
    Reader { callee, default: None, required: true }
}

/// Reads of the environment in one call.
pub fn read_by_call(site: &Site<'_>, readers: &[Reader]) -> Option<EnvRead> {
    let reader = readers.iter().find(|reader| match reader.callee.strip_prefix('.') {
        Some(end) => site.callee.strip_suffix(end).is_some_and(|rest| rest.ends_with('.')),
        None => site.callee == reader.callee,
    })?;
    let name = site.text(0)?;
    // What cargo itself sets for a build is no setting of anybody.
    if site.callee.ends_with("env!") && (name.starts_with("CARGO_") || name == "OUT_DIR") {
        return None;
    }
    let given = reader.default.and_then(|at| site.positional(at)).or_else(|| site.named("default"));
    // Ruby gives the default as a block.
    let given =
        given.map(|given| given.child("body").filter(|_| given.is_any(&["block", "do_block"])).unwrap_or(given));
    read(name, site.node, given, reader.required)
}

/// A read of `name` by `node`; a default may be `given` with it or stand around it (`?? x`, `or x`, `.unwrap_or(x)`).
pub fn read(name: String, node: Node<'_>, given: Option<Node<'_>>, required: bool) -> Option<EnvRead> {
    if !is_variable(&name) {
        return None;
    }
    let around = Around::of(node);
    let default = given.or(around.default);
    let default = default.map(|node| node.child("body").filter(|_| node.is("closure_expression")).unwrap_or(node));
    let default = default.map(|node| folded(node.text(), 120));
    // A default that throws is none.
    let throws =
        |text: &String| ["throw", "error(", "raise", "panic", "fatalError"].iter().any(|word| text.starts_with(word));
    let fails = default.as_ref().is_some_and(throws);
    let default = default.filter(|text| !throws(text));
    let required = fails || (default.is_none() && (required || around.insists));
    Some(EnvRead { name, default, required, line: node.line() })
}

/// The name of a variable, not a computed one.
pub fn is_variable(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 200
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The name in a subscript that is read: `["X"]`.
pub fn subscript(node: Node<'_>, key: Option<Node<'_>>) -> Option<String> {
    if written(node) { None } else { key.and_then(string) }
}

/// The left side of an assignment, or what is deleted. `||=` reads before it writes.
pub fn written(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return false };
    let assigned = parent.kind().contains("assignment") && node.field_name() == "left";
    let deleted = parent.is("delete_statement") || parent.is("unary_expression") && parent.has("delete");
    deleted || assigned && !parent.is_any(&["operator_assignment", "augmented_assignment_expression"])
}

/// What stands around a read.
#[derive(Default)]
struct Around<'t> {
    default: Option<Node<'t>>,
    insists: bool,
}

/// Wrappers that change nothing.
const WRAPPERS: &[&str] = &[
    "parenthesized_expression",
    "non_null_expression",
    "as_expression",
    "await_expression",
    "try_expression",
    "navigation_expression",
    "field_expression",
    "member_expression",
    "call_expression",
    "satisfies_expression",
];

impl<'t> Around<'t> {
    fn of(read: Node<'t>) -> Self {
        let mut around = Self::default();
        let mut node = read;
        for _ in 0..6 {
            let Some(parent) = node.parent() else { break };
            let first = parent.named().next().map(Node::index) == Some(node.index());
            if first && let Some(default) = alternative(parent) {
                around.default = Some(default);
                break;
            }
            match parent.kind() {
                "try_expression" if parent.has("?") => around.insists = true,
                "call_expression" if first => match rust_method(node) {
                    Some("unwrap" | "expect") => around.insists = true,
                    Some("unwrap_or" | "unwrap_or_else") => {
                        around.default = parent.child("arguments").and_then(|arguments| arguments.named().next());
                        break;
                    }
                    Some("unwrap_or_default" | "ok" | "is_ok" | "is_err") => break,
                    _ => {}
                },
                "postfix_expression" | "unary_expression" if parent.has("!!") || parent.has("bang") => {
                    around.insists = true
                }
                "non_null_expression" | "forced_unwrap" => {}
                _ if first && parent.is_any(WRAPPERS) => {}
                _ => break,
            }
            node = parent;
        }
        around
    }
}

/// The method that is called on a read, when `node` is the callee.
fn rust_method<'t>(node: Node<'t>) -> Option<&'t str> {
    node.is("field_expression").then(|| node.child("field")).flatten().map(Node::text)
}

/// The right side of `a ?? b` and its like.
fn alternative(node: Node<'_>) -> Option<Node<'_>> {
    const OPERATORS: &[&str] = &["||", "??", "?:", "or", "||=", "??="];
    if node.is("nil_coalescing_expression") {
        return node.child("if_nil");
    }
    // PHP's `a ?: b`.
    if node.is("conditional_expression") && node.child("body").is_none() {
        return node.child("alternative");
    }
    let is_alternative = node.kind().contains("binary")
        || node.is("boolean_operator")
        || node.is("elvis_expression")
        || node.is("operator_assignment")
        || node.is("augmented_assignment_expression");
    (is_alternative && node.children().any(|child| OPERATORS.contains(&child.kind())))
        .then(|| node.named().last())
        .flatten()
}

#[cfg(test)]
mod tests {
    use crate::analyze;

    #[test]
    fn defaults_and_failures() {
        // language, code, default, required
        let cases: &[(&str, &str, Option<&str>, bool)] = &[
            ("python", "import os\nx = os.environ['A']", None, true),
            ("python", "x = os.getenv('A')", None, false),
            ("python", "x = os.getenv('A', 'b')", Some("'b'"), false),
            ("python", "x = os.environ.get('A') or 'b'", Some("'b'"), false),
            ("python", "x = (os.environ.get('A')) or f(1)", Some("f(1)"), false),
            ("javascript", "x = process.env.A", None, false),
            ("javascript", "x = process.env.A || 3", Some("3"), false),
            ("javascript", "x = process.env['A'] ?? 'b'", Some("'b'"), false),
            ("typescript", "const x = process.env.A!", None, false),
            ("rust", "fn f() { env::var(\"A\")?; }", None, true),
            ("rust", "fn f() { std::env::var(\"A\").unwrap(); }", None, true),
            ("rust", "fn f() { std::env::var(\"A\").expect(\"no A\"); }", None, true),
            ("rust", "fn f() { std::env::var(\"A\").ok(); }", None, false),
            ("rust", "fn f() { std::env::var(\"A\").unwrap_or(\"b\".into()); }", Some("\"b\".into()"), false),
            ("rust", "fn f() { option_env!(\"A\"); }", None, false),
            ("rust", "fn f() { env!(\"A\"); }", None, true),
            ("go", "package a\nfunc f() { os.Getenv(\"A\") }", None, false),
            ("java", "class A { String a = System.getenv(\"A\"); }", None, false),
            ("kotlin", "val a = System.getenv(\"A\") ?: \"b\"", Some("\"b\""), false),
            ("kotlin", "val a = System.getenv(\"A\") ?: error(\"no A\")", None, true),
            ("kotlin", "val a = System.getenv(\"A\")!!", None, true),
            ("ruby", "x = ENV['A']", None, false),
            ("ruby", "x = ENV.fetch('A')", None, true),
            ("ruby", "x = ENV.fetch('A', 'b')", Some("'b'"), false),
            ("ruby", "x = ENV.fetch('A') { 'b' }", Some("'b'"), false),
            ("ruby", "x = ENV['A'] || 4", Some("4"), false),
            ("php", "<?php $x = getenv('A') ?: 'b';", Some("'b'"), false),
            ("php", "<?php $x = $_ENV['A'] ?? 'b';", Some("'b'"), false),
            (
                "csharp",
                "class A { string a = Environment.GetEnvironmentVariable(\"A\") ?? \"b\"; }",
                Some("\"b\""),
                false,
            ),
            ("swift", "let a = ProcessInfo.processInfo.environment[\"A\"] ?? \"b\"", Some("\"b\""), false),
            ("scala", "val a = sys.env(\"A\")", None, true),
            ("scala", "val a = sys.env.getOrElse(\"A\", \"b\")", Some("\"b\""), false),
            ("bash", "echo ${A:-b}", Some("b"), false),
            ("bash", "echo ${A:?gone}", None, true),
            ("bash", "echo $A", None, false),
            ("c", "int f() { getenv(\"A\"); }", None, false),
        ];
        for (language, code, default, required) in cases {
            let analysis = analyze(language, code.as_bytes());
            let [read] = analysis.env.as_slice() else { panic!("{language}: {code}: {:?}", analysis.env) };
            assert_eq!(
                (read.name.as_str(), read.default.as_deref(), read.required),
                ("A", *default, *required),
                "{code}"
            );
        }
    }

    #[test]
    fn what_is_no_read() {
        let cases = [
            ("python", "os.environ['A'] = 'b'"),
            ("python", "x = settings.get('A')"),
            ("python", "x = environ.get('wsgi.input')"),
            ("python", "del os.environ['A']"),
            ("javascript", "process.env.A = 1"),
            ("javascript", "x = config.env"),
            ("javascript", "x = process.env[name]"),
            ("ruby", "ENV['A'] = '1'"),
            ("bash", "A=1; echo $A"),
            ("bash", "for A in b; do echo $A; done"),
            ("bash", "echo $1 $? $@ $#"),
            ("rust", "fn f() { env::var(name); }"),
            ("php", "<?php $x = $_SERVER['HTTP_HOST'];"),
        ];
        for (language, code) in cases {
            assert_eq!(analyze(language, code.as_bytes()).env, [], "{code}");
        }
    }
}
