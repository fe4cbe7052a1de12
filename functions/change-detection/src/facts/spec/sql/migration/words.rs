//! Verbs of migrations with the names behind them.

/// Lines that one call may run over.
const CALL: usize = 8;

/// Verbs, the longer ones first where one begins another.
const VERBS: &[&str] = &[
    "create_table",
    "rename_table",
    "drop_table",
    "remove_column",
    "rename_column",
    "op.drop_column",
    "drop_column",
    "t.remove",
    "t.rename",
    "createTable",
    "renameTable",
    "dropTableIfExists",
    "dropTable",
    "dropColumn",
    "renameColumn",
    "Schema::create",
    "Schema::rename",
    "Schema::dropIfExists",
    "Schema::drop",
    "create table",
    "rename table",
    "drop table",
    "remove",
];

/// What names a table for the lines below it.
const OPENERS: &[&str] =
    &["alter table(", "change_table", "alterTable(", "schema.table(", "batch_alter_table(", "Schema::table("];

/// A verb on a line.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub verb: &'a str,
    /// Names behind it: texts and symbols.
    pub names: Vec<String>,
    /// The table of the block around it.
    pub table: Option<String>,
    /// `to: table(…)`: the second name is one of a table.
    pub to_table: bool,
    /// From 0.
    pub line: usize,
}

/// Calls in the order of their lines.
pub(super) fn calls(lines: &[(usize, &str)]) -> Vec<Call<'static>> {
    let mut out = Vec::new();
    let mut around: Option<(usize, String)> = None;
    for (at, (number, line)) in lines.iter().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        if around.as_ref().is_some_and(|(outer, _)| indent <= *outer) {
            around = None;
        }
        if let Some(opener) = OPENERS.iter().find_map(|word| line.find(word).map(|at| at + word.len())) {
            around = names(&line[opener..]).into_iter().next().map(|name| (indent, name.to_lowercase()));
            continue;
        }
        let Some((verb, after)) = verb(line) else { continue };
        let mut text = after.to_owned();
        for (_, more) in lines[at + 1..].iter().take(CALL) {
            if text.matches('(').count() <= text.matches(')').count() {
                break;
            }
            text.push(' ');
            text.push_str(more.trim());
        }
        let to_table = text.contains("to: table(") || text.contains("to: \"");
        out.push(Call {
            verb,
            names: names(&text),
            table: around.clone().map(|(_, name)| name),
            to_table,
            line: *number,
        });
    }
    out
}

/// The first verb that stands as a word of its own, and what follows it.
fn verb(line: &str) -> Option<(&'static str, &str)> {
    VERBS.iter().find_map(|verb| {
        let at = line.find(verb)?;
        let (before, after) = (&line[..at], &line[at + verb.len()..]);
        let whole = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_') && after.starts_with([' ', '(']);
        // `remove` alone begins a line of a block.
        let alone = *verb != "remove" || before.trim().is_empty();
        (whole && alone).then_some((*verb, after))
    })
}

/// `:a`, `"a"`, `'a'`, in their order.
fn names(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find([':', '"', '\'']) {
        let mark = &rest[at..=at];
        let inner = &rest[at + 1..];
        if mark == ":" {
            let end = inner.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(inner.len());
            if end > 0 && !rest[..at].ends_with(|c: char| c.is_alphanumeric() || c == ':') {
                out.push(inner[..end].to_owned());
            }
            rest = &inner[end..];
        } else {
            let Some(end) = inner.find(mark) else { break };
            out.push(inner[..end].to_owned());
            rest = &inner[end + 1..];
        }
    }
    out
}
