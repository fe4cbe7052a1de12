//! One declared field, read from its text: `name(argument: Type = default): Type`.

/// A field or an argument.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field<'a> {
    pub name: &'a str,
    /// `[Tick!]!`.
    pub of: &'a str,
    /// It has a default.
    pub defaulted: bool,
    pub arguments: Vec<Field<'a>>,
}

impl<'a> Field<'a> {
    /// From a declaration without directives; none for a value of an enum.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let open = text.find('(').filter(|open| text.find(':').is_none_or(|colon| *open < colon));
        let Some(open) = open else { return Self::plain(text) };
        let close = closing(&text[open..])? + open;
        let arguments = parts(&text[open + 1..close]).into_iter().filter_map(Self::plain).collect();
        let result = text[close + 1..].trim_start().strip_prefix(':')?;
        Some(Self { name: text[..open].trim(), of: type_of(result), defaulted: false, arguments })
    }

    fn plain(text: &'a str) -> Option<Self> {
        let (name, rest) = text.split_once(':')?;
        let name = name.trim().rsplit(char::is_whitespace).next().unwrap_or("");
        Some(Self { name, of: type_of(rest), defaulted: rest.contains('='), arguments: Vec::new() })
    }

    /// Whoever leaves it out is refused.
    pub(super) fn is_required(&self) -> bool {
        self.of.ends_with('!') && !self.defaulted
    }
}

/// The type at the start of a text.
fn type_of(text: &str) -> &str {
    let text = text.trim_start();
    let end = text.find(|c: char| !(c.is_alphanumeric() || "_[]!".contains(c))).unwrap_or(text.len());
    &text[..end]
}

/// The name in `[Name!]!`.
pub(super) fn named_type(of: &str) -> &str {
    of.trim_matches(['[', ']', '!'])
}

/// Scalars of the language itself.
pub(super) fn is_builtin(name: &str) -> bool {
    matches!(name, "String" | "Int" | "Float" | "Boolean" | "ID")
}

/// Where the first parenthesis of a text closes; defaults may hold lists, objects and texts.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quoted) = (0_usize, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// `a: B = [1, 2], c: D` and the same without commas.
fn parts(text: &str) -> Vec<&str> {
    let (mut out, mut start, mut depth, mut quoted) = (Vec::new(), 0, 0_i32, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '[' | '{' => depth += 1,
            ']' | '}' => depth -= 1,
            ',' | '\n' if depth == 0 => {
                out.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    out.push(&text[start..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        let Some(field) = Field::read(text) else { return "none".to_owned() };
        let list: Vec<String> = field
            .arguments
            .iter()
            .map(|a| format!("{}:{}{}", a.name, a.of, if a.is_required() { " must" } else { "" }))
            .collect();
        format!("{}:{} [{}]", field.name, field.of, list.join(", "))
    }

    #[test]
    fn declarations() {
        let cases = [
            ("dateClimbed: Date", "dateClimbed:Date []"),
            ("tick(id: ID!, n: Int = 3): Tick!", "tick:Tick! [id:ID! must, n:Int]"),
            ("a(x: [In!]! = [{b: \"),\"}], y: Int!): [T!]!", "a:[T!]! [x:[In!]!, y:Int! must]"),
            ("x: String! = \"a\"", "x:String! []"),
            ("A", "none"),
            ("a(: ", "none"),
            ("ä(ö: Ü): ß", "ä:ß [ö:Ü]"),
            (")(", "none"),
            ("", "none"),
        ];
        for (text, expected) in cases {
            assert_eq!(told(text), expected, "{text}");
        }
        assert_eq!(named_type("[Tick!]!"), "Tick");
    }
}
