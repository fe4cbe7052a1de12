//! Migrations that are written in code: Rails, Ecto, Alembic, Django, Knex, Laravel, and SQL that they pass on as a text.
//! Read line by line: each of these tools says what it does by a verb and the names behind it.

mod django;
mod words;

use super::embedded::shifted;
use super::statement::{Effect, Step};
use crate::comparison::Side;
use words::{Call, calls};

/// Longer files are no migrations.
const MAX_BYTES: usize = 1 << 18;

/// Lines of one statement of SQL in a text.
const STATEMENT: usize = 12;

/// A migration's way forward, step by step; nothing for other files.
pub(super) fn steps(side: &Side) -> Vec<Step> {
    if !is_one(&side.path) || side.text().len() > MAX_BYTES {
        return Vec::new();
    }
    if side.path.ends_with(".py") && side.text().contains("migrations.Migration") {
        return django::steps(side);
    }
    let lines = forward(side.text());
    let mut out: Vec<Step> = calls(&lines).iter().filter_map(step).collect();
    out.extend(passed_on(&lines));
    out.sort_by_key(|step| step.start);
    out
}

/// Code in a folder of migrations, of Alembic's versions.
pub(super) fn is_one(path: &str) -> bool {
    let code =
        [".rb", ".py", ".ex", ".exs", ".js", ".ts", ".mjs", ".cjs", ".php"].iter().any(|end| path.ends_with(end));
    let mut folders = path.split('/').rev().skip(1);
    code && folders.any(|part| part.contains("migrat") || part == "alembic" || part == "versions")
}

/// Lines with their numbers from 0, without the way back.
fn forward(text: &str) -> Vec<(usize, &str)> {
    let mut back = false;
    let mut out = Vec::new();
    for (at, line) in text.lines().enumerate() {
        back = direction(line).unwrap_or(back);
        let comment = ["#", "//", "*", "/*"].iter().any(|mark| line.trim_start().starts_with(mark));
        if !back && !comment && !line.contains("reverse_sql") {
            out.push((at, line));
        }
    }
    out
}

/// True where the way back begins, false where the way forward does.
fn direction(line: &str) -> Option<bool> {
    let before = line.split(['(', ':', '=']).next().unwrap_or(line).trim();
    let is_function = ["def ", "function ", "async ", "exports.", "public "].iter().any(|word| line.contains(word))
        || line.trim_start().starts_with("down(")
        || line.trim_start().starts_with("up(");
    match before.rsplit([' ', '.']).next().unwrap_or("") {
        "down" | "downgrade" | "rollback" if is_function => Some(true),
        "up" | "upgrade" | "change" if is_function => Some(false),
        _ => None,
    }
}

fn step(call: &Call<'_>) -> Option<Step> {
    let names: Vec<String> =
        call.names.iter().map(|name| name.rsplit('.').next().unwrap_or(name).to_lowercase()).collect();
    let name = |at: usize| names.get(at).cloned();
    let around = call.table.clone();
    let effect = match call.verb {
        "create_table" | "createTable" | "create table" | "Schema::create" => Effect::Created(name(0)?, Vec::new()),
        "rename_table" | "renameTable" | "Schema::rename" => Effect::TableRenamed(name(0)?, name(1)?),
        "rename table" if call.to_table => Effect::TableRenamed(name(0)?, name(1)?),
        "rename table" => Effect::ColumnRenamed(name(0)?, name(1)?, name(2)?),
        "drop_table" | "dropTable" | "dropTableIfExists" | "Schema::drop" | "Schema::dropIfExists" | "drop table" => {
            Effect::TableDropped(name(0)?)
        }
        "remove_column" | "op.drop_column" => Effect::ColumnDropped(name(0)?, name(1)?),
        "rename_column" => Effect::ColumnRenamed(name(0)?, name(1)?, name(2)?),
        "drop_column" | "remove" | "t.remove" | "dropColumn" => Effect::ColumnDropped(around?, name(0)?),
        "renameColumn" | "t.rename" => Effect::ColumnRenamed(around?, name(0)?, name(1)?),
        _ => return None,
    };
    let start = u32::try_from(call.line + 1).unwrap_or(u32::MAX);
    Some(Step { effect, start, end: start })
}

/// `ALTER TABLE …` in texts, from its first word to where the text ends.
fn passed_on(lines: &[(usize, &str)]) -> Vec<Step> {
    let mut out = Vec::new();
    let mut reverses = None;
    for (at, (number, line)) in lines.iter().enumerate() {
        let upper = line.to_ascii_uppercase();
        let found = ["ALTER TABLE ", "DROP TABLE ", "RENAME TABLE "].iter().filter_map(|word| upper.find(word)).min();
        let Some(start) = found else { continue };
        // What follows a statement in the same call is its way back.
        let is_reverse = reverses == Some(*number);
        reverses = line.trim_end().ends_with(',').then_some(number + 1);
        if is_reverse {
            continue;
        }
        let quote = line[..start].chars().next_back();
        let first = &line[start..];
        let sql = match quote.filter(|quote| matches!(quote, '"' | '\'' | '`')).and_then(|quote| first.find(quote)) {
            Some(end) => first[..end].to_owned(),
            None => {
                let rest = lines[at + 1..].iter().take(STATEMENT).map(|(_, line)| *line);
                let whole = std::iter::once(first).chain(rest).collect::<Vec<_>>().join("\n");
                let end =
                    [";", "\"\"\"", "`", "'''", "\nSQL", "\n  SQL"].iter().filter_map(|mark| whole.find(mark)).min();
                whole[..end.unwrap_or(whole.len())].to_owned()
            }
        };
        out.extend(shifted(&sql, *number));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &str, text: &str) -> Vec<String> {
        let side = Side { path: path.to_owned(), text: Some(text.to_owned()), analysis: None };
        steps(&side).iter().map(|step| format!("{:?}@{}", step.effect, step.start)).collect()
    }

    #[test]
    fn what_migrations_do() {
        let cases: &[(&str, &str, &[&str])] = &[
            ("db/migrate/1_a.rb", "def change\n  rename_table :a, :b\nend\n", &["TableRenamed(\"a\", \"b\")@2"]),
            ("db/migrate/1_a.rb", "  remove_column :a, :b, :string\n", &["ColumnDropped(\"a\", \"b\")@1"]),
            (
                "db/migrate/1_a.rb",
                "def up\n  drop_table :a\nend\ndef down\n  drop_table :b\nend\n",
                &["TableDropped(\"a\")@2"],
            ),
            (
                "db/migrate/1_a.rb",
                "change_table :a do |t|\n  t.rename :b, :c\nend\n",
                &["ColumnRenamed(\"a\", \"b\", \"c\")@2"],
            ),
            ("db/migrate/1_a.rb", "  execute \"ALTER TABLE a DROP COLUMN b\"\n", &["ColumnDropped(\"a\", \"b\")@1"]),
            (
                "db/migrate/1_a.rb",
                "  execute <<~SQL\n    ALTER TABLE a\n      DROP COLUMN b;\n  SQL\n",
                &["ColumnDropped(\"a\", \"b\")@2"],
            ),
            ("priv/repo/migrations/1.exs", "  rename table(:a), to: table(:b)\n", &["TableRenamed(\"a\", \"b\")@1"]),
            (
                "priv/repo/migrations/1.exs",
                "  rename table(:a), :x, to: :y\n",
                &["ColumnRenamed(\"a\", \"x\", \"y\")@1"],
            ),
            (
                "priv/repo/migrations/1.exs",
                "alter table(:a) do\n  remove :c\nend\n",
                &["ColumnDropped(\"a\", \"c\")@2"],
            ),
            ("priv/repo/migrations/1.exs", "alter table(:a) do\n  add :c, :text\nend\nremove :x\n", &[]),
            (
                "alembic/versions/a.py",
                "def upgrade():\n    op.drop_column(\n        'a',\n        'b',\n    )\n",
                &["ColumnDropped(\"a\", \"b\")@2"],
            ),
            (
                "alembic/versions/a.py",
                "with op.batch_alter_table('a') as batch_op:\n    batch_op.drop_column('b')\n",
                &["ColumnDropped(\"a\", \"b\")@2"],
            ),
            ("alembic/versions/a.py", "def downgrade():\n    op.drop_table('a')\n", &[]),
            (
                "migrations/1.js",
                "exports.up = k => k.schema.alterTable('a', t => {\n  t.dropColumn('b');\n});\nexports.down = k => k.schema.dropTable('a');\n",
                &["ColumnDropped(\"a\", \"b\")@2"],
            ),
            (
                "migrations/1.ts",
                "await q.query(`ALTER TABLE \"a\" DROP COLUMN \"b\"`);\n",
                &["ColumnDropped(\"a\", \"b\")@1"],
            ),
            (
                "database/migrations/1.php",
                "Schema::table('a', function (Blueprint $table) {\n    $table->dropColumn('b');\n});\n",
                &["ColumnDropped(\"a\", \"b\")@2"],
            ),
            (
                "migrations/1.exs",
                "execute(\n  \"ALTER TABLE a RENAME TO b\",\n  \"ALTER TABLE b RENAME TO a\"\n)\n",
                &["TableRenamed(\"a\", \"b\")@2"],
            ),
            ("lib/a.rb", "rename_table :a, :b\n", &[]),
            ("db/migrate/1_a.rb", "remove_column\nä 'ö", &[]),
        ];
        for (path, text, expected) in cases {
            assert_eq!(told(path, text), *expected, "{path}: {text}");
        }
    }
}
