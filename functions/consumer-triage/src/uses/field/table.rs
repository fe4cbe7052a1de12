//! SQL that names the table and the column.

use contracts::fact::Element;
use outline::code;

use super::names::{is_common, is_telling};
use super::{Wanted, files};
use crate::dependent::File;
use crate::uses::{Certainty, Found, Use, text};

const NAMED: Certainty = Certainty::Likely("a statement here names the table and what changed in it");

/// Words before the name of a table.
const BEFORE: &[&str] = &["from", "join", "into", "update", "table", "references", "on"];

/// Lines of one statement lie together.
const AROUND: usize = 12;

/// Statements about the table. A repository that creates the table itself has its own.
pub(super) fn find(wanted: &Wanted<'_, '_>) -> Found {
    let table = wanted.owner.short.to_lowercase();
    if let Some(own) = files(wanted.asked).find(|file| creates(file, &table)) {
        return Found { uses: Vec::new(), note: Some(format!("`{table}` is created here ({})", own.path)) };
    }
    let mut uses = Vec::new();
    for file in files(wanted.asked) {
        let near = wanted.asked.contact.is_near(file);
        let telling = is_telling(&table) || (is_telling(wanted.key) && !is_common(&table));
        if near || (wanted.asked.contact.mentioned && telling) {
            uses.extend(statements(wanted, file, &table));
        }
    }
    Found { uses, note: None }
}

fn statements(wanted: &Wanted<'_, '_>, file: &File, table: &str) -> Vec<Use> {
    if !file.text().to_lowercase().contains(table) {
        return Vec::new();
    }
    let lines: Vec<String> = file.text().lines().map(str::to_lowercase).collect();
    let key = wanted.key.to_lowercase();
    let tables: Vec<usize> =
        (0..lines.len()).filter(|at| lines[*at].len() <= 2_000 && names_table(&lines[*at], table)).collect();
    let mut out = Vec::new();
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.len() <= 2_000) {
        let close = tables.iter().any(|other| {
            at.abs_diff(*other) <= AROUND
                && lines[at.min(*other)..at.max(*other)].iter().all(|l| !l.trim_end().ends_with(';'))
        });
        let named =
            if wanted.is_whole() { tables.contains(&at) } else { close && code::words(line, &key).next().is_some() };
        if named && !text::is_comment(file, line) && !is_moved_already(wanted, line) {
            out.push(Use::at(&file.path, u32::try_from(at + 1).unwrap_or(u32::MAX)).but(NAMED));
        }
    }
    out
}

/// `FROM private.table`, where the table was moved into that schema.
fn is_moved_already(wanted: &Wanted<'_, '_>, line: &str) -> bool {
    let Element::Field { renamed_to: Some(new), .. } = &wanted.fact.element else { return false };
    let plain: String = line.chars().filter(|c| !matches!(c, '"' | '`' | '[' | ']')).collect();
    new.contains('.') && plain.contains(new.as_str())
}

/// `FROM table`, `INSERT INTO "app"."table"`.
fn names_table(line: &str, table: &str) -> bool {
    code::words(line, table).any(|at| {
        let before = line[..at].trim_end_matches(['"', '`', '[', '\'']);
        let before = before
            .strip_suffix('.')
            .map_or(before, |schema| schema.trim_end_matches(|c: char| code::is_name(c) || "\"`[]".contains(c)));
        let word = before.trim_end().rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
        BEFORE.contains(&word)
    })
}

fn creates(file: &File, table: &str) -> bool {
    let text = file.text();
    (text.contains("create table") || text.contains("CREATE TABLE"))
        && file.lines().any(|(_, line)| {
            let line = line.to_lowercase();
            line.contains("create table") && names_table(&line.replace("if not exists ", ""), table)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_table_is_named() {
        for (line, expected) in [
            ("select a from orders where x", true),
            ("insert into \"app\".\"orders\" (a)", true),
            ("update orders set a = 1", true),
            ("left join shop.orders o on", true),
            ("orders = []", false),
            ("the orders from us", false),
            ("from orders_old", false),
            ("", false),
        ] {
            assert_eq!(names_table(line, "orders"), expected, "{line}");
        }
    }
}
