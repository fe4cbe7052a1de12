//! Migrations of Django: tables are called after the application and the model
//! (<https://docs.djangoproject.com/en/stable/ref/models/options/#table-names>).

use super::super::statement::{Effect, Step};
use crate::comparison::Side;

/// Lines of one operation.
const OPERATION: usize = 12;

pub(super) fn steps(side: &Side) -> Vec<Step> {
    let app = side.path.rsplit('/').nth(2).unwrap_or("").to_lowercase();
    let lines: Vec<&str> = side.text().lines().collect();
    let mut out = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some((_, rest)) = line.split_once("migrations.") else { continue };
        let Some((operation, first)) = rest.split_once('(') else { continue };
        let mut text = first.to_owned();
        for more in lines[at + 1..].iter().take(OPERATION) {
            // The bracket of the operation itself is open from the beginning.
            if text.matches(')').count() > text.matches('(').count() {
                break;
            }
            text.push_str(more);
        }
        let start = u32::try_from(at + 1).unwrap_or(u32::MAX);
        out.extend(effect(&app, operation, &text).map(|effect| Step { effect, start, end: start }));
    }
    out
}

fn effect(app: &str, operation: &str, text: &str) -> Option<Effect> {
    let argument =
        |name: &str, place: usize| named(text, name).or_else(|| unnamed(text, place)).map(|a| a.to_lowercase());
    let table = |model: String| format!("{app}_{model}");
    Some(match operation {
        "CreateModel" => Effect::Created(table(argument("name", 0)?), Vec::new()),
        "DeleteModel" => Effect::TableDropped(table(argument("name", 0)?)),
        "RenameModel" => Effect::TableRenamed(table(argument("old_name", 0)?), table(argument("new_name", 1)?)),
        "AlterModelTable" => Effect::TableRenamed(table(argument("name", 0)?), argument("table", 1)?),
        "RemoveField" => Effect::ColumnDropped(table(argument("model_name", 0)?), argument("name", 1)?),
        "RenameField" => {
            Effect::ColumnRenamed(table(argument("model_name", 0)?), argument("old_name", 1)?, argument("new_name", 2)?)
        }
        _ => return None,
    })
}

/// `name='x'`, and not the end of a longer name.
fn named<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let at = outline::code::words(text, name).find(|at| text[at + name.len()..].starts_with('='))?;
    quoted(&text[at + name.len() + 1..])
}

/// The argument at a place, where none has a name.
fn unnamed(text: &str, place: usize) -> Option<&str> {
    if text.contains('=') {
        return None;
    }
    text.split(',').nth(place).and_then(|part| quoted(part.trim()))
}

fn quoted(text: &str) -> Option<&str> {
    let mark = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    text[1..].split(mark).next().filter(|inner| !inner.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_operations_do() {
        let text = "class Migration(migrations.Migration):\n    operations = [\n        migrations.RenameModel('Order', 'Purchase'),\n        migrations.RemoveField(\n            model_name='order',\n            name='note',\n        ),\n        migrations.RenameField(model_name=\"Order\", old_name=\"a\", new_name=\"b\"),\n        migrations.RunPython(f),\n        migrations.DeleteModel(\n";
        let side = Side { path: "x/shop/migrations/0002_a.py".to_owned(), text: Some(text.to_owned()), analysis: None };
        let told: Vec<String> = steps(&side).iter().map(|step| format!("{:?}@{}", step.effect, step.start)).collect();
        assert_eq!(
            told,
            [
                "TableRenamed(\"shop_order\", \"shop_purchase\")@3",
                "ColumnDropped(\"shop_order\", \"note\")@4",
                "ColumnRenamed(\"shop_order\", \"a\", \"b\")@8"
            ]
        );
    }
}
