//! What the statements of an SQL file do to tables. Statements are told apart by their tokens and parsed one by one, so one
//! that no parser knows costs itself only.

use sqlparser::ast::{
    AlterColumnOperation, AlterTableOperation, ColumnOption, Ident, ObjectName, ObjectType, RenameTableNameKind,
    Statement,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer, Whitespace};

/// Longer files are dumps of data.
const MAX_BYTES: usize = 1 << 20;

/// Longer statements are data.
const MAX_TOKENS: usize = 20_000;

/// Statements nest less; the parser recurses.
const MAX_DEPTH: usize = 20;

/// One statement's effect and its lines.
#[derive(Debug)]
pub(super) struct Step {
    pub effect: Effect,
    pub start: u32,
    pub end: u32,
}

/// What happens to a table. Names are lower case and without quotes and schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Effect {
    /// With these columns.
    Created(String, Vec<String>),
    TableDropped(String),
    TableRenamed(String, String),
    ColumnDropped(String, String),
    ColumnRenamed(String, String, String),
    ColumnRequired(String, String),
}

impl Effect {
    /// The table that it happens to.
    pub(super) fn table(&self) -> &str {
        match self {
            Self::Created(table, _)
            | Self::TableDropped(table)
            | Self::TableRenamed(table, _)
            | Self::ColumnDropped(table, _)
            | Self::ColumnRenamed(table, _, _)
            | Self::ColumnRequired(table, _) => table,
        }
    }
}

/// The effects of a file's statements, in their order; a part that undoes a migration is left out.
pub(super) fn steps(text: &str) -> Vec<Step> {
    if text.len() > MAX_BYTES {
        return Vec::new();
    }
    let dialect = GenericDialect {};
    let Ok(tokens) = Tokenizer::new(&dialect, text).tokenize_with_location() else { return Vec::new() };
    let mut out = Vec::new();
    let (mut statement, mut back): (Vec<TokenWithSpan>, bool) = (Vec::new(), false);
    for token in tokens {
        if let Token::Whitespace(Whitespace::SingleLineComment { comment, .. }) = &token.token {
            back = direction(comment).unwrap_or(back);
        }
        match token.token {
            Token::SemiColon => out.extend(effects(std::mem::take(&mut statement))),
            Token::Whitespace(_) => {}
            _ if back || statement.len() > MAX_TOKENS => {}
            _ => statement.push(token),
        }
    }
    out.extend(effects(statement));
    out
}

/// Marks of common tools for the two halves of a migration: true where the way back begins.
fn direction(comment: &str) -> Option<bool> {
    let words = comment.trim().to_ascii_lowercase();
    let words = words.trim_start_matches("+goose ").trim_start_matches("+migrate ").trim_start_matches("migrate:");
    match words.split_whitespace().next()? {
        "down" | "@undo" | "undo" | "rollback" => Some(true),
        "up" | "@up" => Some(false),
        _ => None,
    }
}

fn effects(tokens: Vec<TokenWithSpan>) -> Vec<Step> {
    if tokens.len() > MAX_TOKENS || !is_about_tables(&tokens) {
        return Vec::new();
    }
    let line = |token: Option<&TokenWithSpan>| {
        token.map_or(1, |token| u32::try_from(token.span.start.line).unwrap_or(u32::MAX))
    };
    let (start, end) = (line(tokens.first()), line(tokens.last()));
    if let Some(effect) = moved(&tokens) {
        return vec![Step { effect, start, end }];
    }
    let parser = Parser::new(&GenericDialect {}).with_recursion_limit(MAX_DEPTH);
    let Ok(statement) = parser.with_tokens_with_locations(tokens).parse_statement() else { return Vec::new() };
    of_statement(statement).into_iter().map(|effect| Step { effect, start, end }).collect()
}

/// `ALTER TABLE a SET SCHEMA b`, which the parser does not know: the table is `b.a` from then on.
fn moved(tokens: &[TokenWithSpan]) -> Option<Effect> {
    let words: Vec<&str> = tokens
        .iter()
        .filter_map(|token| match &token.token {
            Token::Word(word) => Some(word.value.as_str()),
            _ => None,
        })
        .collect();
    let (to, before) = words.split_last()?;
    let is = |back: usize, word: &str| {
        before
            .len()
            .checked_sub(back)
            .and_then(|at| before.get(at))
            .is_some_and(|found| found.eq_ignore_ascii_case(word))
    };
    let alters = before.first().is_some_and(|first| first.eq_ignore_ascii_case("ALTER"));
    let table = before.get(before.len().checked_sub(3)?)?.to_lowercase();
    (alters && is(1, "SCHEMA") && is(2, "SET"))
        .then(|| Effect::TableRenamed(table.clone(), format!("{}.{table}", to.to_lowercase())))
}

/// `CREATE TABLE`, `ALTER TABLE`, `DROP TABLE`, `RENAME TABLE`: everything else is not worth parsing.
fn is_about_tables(tokens: &[TokenWithSpan]) -> bool {
    let word = |at: usize| match tokens.get(at).map(|token| &token.token) {
        Some(Token::Word(word)) => word.value.to_ascii_uppercase(),
        _ => String::new(),
    };
    matches!(word(0).as_str(), "CREATE" | "ALTER" | "DROP" | "RENAME") && (1..4).any(|at| word(at) == "TABLE")
}

fn of_statement(statement: Statement) -> Vec<Effect> {
    match statement {
        Statement::CreateTable(table) => {
            let columns = table.columns.iter().map(|column| plain(&column.name)).collect();
            vec![Effect::Created(last(&table.name), columns)]
        }
        Statement::Drop { object_type: ObjectType::Table, names, .. } => {
            names.iter().map(|name| Effect::TableDropped(last(name))).collect()
        }
        Statement::RenameTable(all) => {
            all.iter().map(|one| Effect::TableRenamed(last(&one.old_name), last(&one.new_name))).collect()
        }
        Statement::AlterTable(alter) => {
            let table = last(&alter.name);
            alter.operations.into_iter().flat_map(|operation| of_operation(&table, operation)).collect()
        }
        _ => Vec::new(),
    }
}

fn of_operation(table: &str, operation: AlterTableOperation) -> Vec<Effect> {
    let table = table.to_owned();
    let required = |options: &[ColumnOption]| {
        let given = options.iter().any(|option| matches!(option, ColumnOption::Default(_)));
        options.contains(&ColumnOption::NotNull) && !given
    };
    match operation {
        AlterTableOperation::DropColumn { column_names, .. } => {
            column_names.iter().map(|name| Effect::ColumnDropped(table.clone(), plain(name))).collect()
        }
        AlterTableOperation::RenameColumn { old_column_name, new_column_name } => {
            vec![Effect::ColumnRenamed(table, plain(&old_column_name), plain(&new_column_name))]
        }
        AlterTableOperation::RenameTable { table_name: RenameTableNameKind::As(to) | RenameTableNameKind::To(to) } => {
            vec![Effect::TableRenamed(table, last(&to))]
        }
        AlterTableOperation::ChangeColumn { old_name, new_name, .. } if plain(&old_name) != plain(&new_name) => {
            vec![Effect::ColumnRenamed(table, plain(&old_name), plain(&new_name))]
        }
        AlterTableOperation::ModifyColumn { col_name: name, options, .. }
        | AlterTableOperation::ChangeColumn { new_name: name, options, .. }
            if required(&options) =>
        {
            vec![Effect::ColumnRequired(table, plain(&name))]
        }
        AlterTableOperation::AlterColumn { column_name, op: AlterColumnOperation::SetNotNull } => {
            vec![Effect::ColumnRequired(table, plain(&column_name))]
        }
        AlterTableOperation::AddColumn { column_def, .. } => {
            let options: Vec<ColumnOption> = column_def.options.into_iter().map(|option| option.option).collect();
            if required(&options) { vec![Effect::ColumnRequired(table, plain(&column_def.name))] } else { Vec::new() }
        }
        _ => Vec::new(),
    }
}

fn plain(name: &Ident) -> String {
    name.value.to_ascii_lowercase()
}

/// Without the schema that it is in.
fn last(name: &ObjectName) -> String {
    name.0.last().and_then(|part| part.as_ident()).map_or_else(String::new, plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        steps(text).iter().map(|step| format!("{:?}@{}", step.effect, step.start)).collect()
    }

    #[test]
    fn what_statements_do() {
        let cases: &[(&str, &[&str])] = &[
            ("ALTER TABLE users DROP COLUMN email;", &["ColumnDropped(\"users\", \"email\")@1"]),
            ("\n\nalter table \"App\".\"Users\" drop \"eMail\"", &["ColumnDropped(\"users\", \"email\")@3"]),
            ("ALTER TABLE IF EXISTS a DROP COLUMN IF EXISTS b CASCADE", &["ColumnDropped(\"a\", \"b\")@1"]),
            ("ALTER TABLE a RENAME COLUMN b TO c", &["ColumnRenamed(\"a\", \"b\", \"c\")@1"]),
            ("ALTER TABLE a RENAME TO b", &["TableRenamed(\"a\", \"b\")@1"]),
            ("ALTER TABLE app.a SET SCHEMA \"private\"", &["TableRenamed(\"a\", \"private.a\")@1"]),
            ("SET SCHEMA a", &[]),
            ("RENAME TABLE a TO b", &["TableRenamed(\"a\", \"b\")@1"]),
            ("DROP TABLE IF EXISTS a, b;", &["TableDropped(\"a\")@1", "TableDropped(\"b\")@1"]),
            ("ALTER TABLE a ALTER COLUMN b SET NOT NULL", &["ColumnRequired(\"a\", \"b\")@1"]),
            ("ALTER TABLE a ADD COLUMN b int NOT NULL", &["ColumnRequired(\"a\", \"b\")@1"]),
            ("ALTER TABLE a ADD COLUMN b int NOT NULL DEFAULT 1", &[]),
            ("ALTER TABLE a ADD COLUMN b int", &[]),
            ("ALTER TABLE `a` CHANGE COLUMN `b` `c` int", &["ColumnRenamed(\"a\", \"b\", \"c\")@1"]),
            ("ALTER TABLE `a` MODIFY COLUMN `b` int NOT NULL", &["ColumnRequired(\"a\", \"b\")@1"]),
            (
                "CREATE TABLE a (b int, c text NOT NULL, CONSTRAINT x UNIQUE (b));",
                &["Created(\"a\", [\"b\", \"c\"])@1"],
            ),
            ("WHAT IS THIS; DROP TABLE a", &["TableDropped(\"a\")@1"]),
            ("-- +goose Up\nDROP TABLE a;\n-- +goose Down\nDROP TABLE b;\n", &["TableDropped(\"a\")@2"]),
            ("-- migrate:up\nDROP TABLE a;\n-- migrate:down\nDROP TABLE b;", &["TableDropped(\"a\")@2"]),
            ("-- DROP TABLE a;\n/* DROP TABLE b; */ SELECT 'DROP TABLE c;'", &[]),
            ("INSERT INTO a VALUES (';DROP TABLE b;')", &[]),
            ("DROP TABLE", &[]),
            ("'unclosed", &[]),
            ("ALTER TABLE ä DROP COLUMN ö", &["ColumnDropped(\"ä\", \"ö\")@1"]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(told(text), *expected, "{text}");
        }
        let deep = format!("ALTER TABLE a ADD COLUMN b int DEFAULT {}1{} ", "(".repeat(9_000), ")".repeat(9_000));
        let endless = "DROP TABLE a ".repeat(60_000);
        assert!(told(&deep).is_empty() && told(&endless).is_empty());
    }
}
