//! The parameters of a signature, as far as text shows them.

/// One parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parameter {
    /// As written, without its default.
    pub text: String,
    /// May be left out by callers.
    pub optional: bool,
}

/// What changed for callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Difference {
    /// Nothing that a caller writes.
    None,
    /// New parameters that may be left out.
    OptionalAdded,
    /// The rest of the signature (result, `async`, visibility).
    Other,
    /// A caller's arguments no longer fit.
    Breaking,
}

/// Compares two signatures of `name`.
pub(crate) fn difference(name: &str, language: &str, old: &str, new: &str) -> Difference {
    if fold(old) == fold(new) {
        return Difference::None;
    }
    let (Some(was), Some(now)) = (parameters(name, language, old), parameters(name, language, new)) else {
        return Difference::Other;
    };
    if was == now {
        return Difference::Other;
    }
    let typed = matches!(language, "go" | "rust" | "java" | "c" | "cpp" | "csharp" | "kotlin" | "scala" | "swift");
    let same = |a: &Parameter, b: &Parameter| {
        // What a type is called matters where a compiler looks; elsewhere the name does.
        (if typed { a.text == b.text } else { bare(&a.text) == bare(&b.text) }) && (b.optional || !a.optional)
    };
    let kept = was.iter().zip(&now).all(|(a, b)| same(a, b)) && now.len() >= was.len();
    if !kept {
        return Difference::Breaking;
    }
    let added = &now[was.len()..];
    match added.iter().all(|parameter| parameter.optional) {
        true if added.is_empty() => Difference::Other,
        true => Difference::OptionalAdded,
        false => Difference::Breaking,
    }
}

/// White space, modifiers of `async` and trailing separators do not matter to a reader of parameters.
fn fold(text: &str) -> String {
    let spaced = text.split_whitespace().collect::<Vec<_>>().join(" ");
    spaced.replace("( ", "(").replace(" )", ")").replace(",)", ")").trim_end_matches([':', '{', ' ', ';']).to_owned()
}

/// The parameters after the first `name(` (or `name<…>(`); none where there are none to see.
pub(crate) fn parameters(name: &str, language: &str, signature: &str) -> Option<Vec<Parameter>> {
    let inner = list_after(name, signature)?;
    let receiver = |text: &str| language == "python" && matches!(text, "self" | "cls" | "/" | "*");
    let receiver_rust = |text: &str| language == "rust" && text.ends_with("self");
    let split = split_top(inner);
    let texts = split.iter().map(|text| text.trim()).filter(|text| !text.is_empty());
    Some(texts.filter(|text| !receiver(text) && !receiver_rust(text)).map(|text| parameter(text, language)).collect())
}

fn parameter(text: &str, language: &str) -> Parameter {
    let (head, default) = match find_top(text, '=') {
        Some(at) => (text[..at].trim_end(), true),
        None => (text, false),
    };
    let spread = head.starts_with('*') || head.contains("...");
    let question = matches!(language, "typescript" | "tsx") && head.split(':').next().is_some_and(|n| n.ends_with('?'));
    Parameter { text: head.split_whitespace().collect::<Vec<_>>().join(" "), optional: default || spread || question }
}

/// The name of a parameter, without its type.
fn bare(text: &str) -> &str {
    text.split([':', '?']).next().unwrap_or(text).trim()
}

fn list_after<'a>(name: &str, signature: &'a str) -> Option<&'a str> {
    let mut from = 0;
    while let Some(at) = signature[from..].find(name).map(|at| from + at) {
        let rest = &signature[at + name.len()..];
        let before_ok = !signature[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let open = match rest.chars().next() {
            Some('(') => Some(0),
            Some('<') => closing(rest, '<', '>').filter(|end| rest[end + 1..].starts_with('(')).map(|end| end + 1),
            Some('[') => closing(rest, '[', ']').filter(|end| rest[end + 1..].starts_with('(')).map(|end| end + 1),
            _ => None,
        };
        if let Some(open) = open.filter(|_| before_ok) {
            let list = &rest[open..];
            return Some(closing(list, '(', ')').map_or(&list[1..], |end| &list[1..end]));
        }
        from = at + name.len();
    }
    None
}

fn closing(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth = depth.checked_sub(1)?;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

fn split_top(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    while let Some(at) = find_top(&text[start..], ',') {
        out.push(&text[start..start + at]);
        start += at + 1;
    }
    out.push(&text[start..]);
    out
}

/// Where `wanted` stands outside of every bracket and quote.
fn find_top(text: &str, wanted: char) -> Option<usize> {
    let (mut depth, mut quote) = (0i32, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if !text[..at].ends_with('&') => quote = Some(c),
            (None, c) if c == wanted && depth == 0 => {
                let arrow = c == '=' && text[at + 1..].starts_with(['>', '=']);
                if !arrow {
                    return Some(at);
                }
            }
            (None, '(' | '[' | '{' | '<') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, '>') if !text[..at].ends_with(['-', '=']) => depth -= 1,
            (None, _) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_callers_notice() {
        use Difference::{Breaking, None, OptionalAdded, Other};
        let cases = [
            ("f", "python", "def f(a, b)", "def f(a, b)", None),
            ("f", "python", "def f(a, b)", "def f(a, b=1)", Other),
            ("f", "python", "def f(a)", "def f(a, *, b=1)", OptionalAdded),
            ("f", "python", "def f(a)", "def f(a, b)", Breaking),
            ("f", "python", "def f(self, a, b)", "def f(self, a)", Breaking),
            ("f", "python", "def f(a: int)", "def f(a: str)", Other),
            ("f", "python", "def f(a)", "async def f(a)", Other),
            ("f", "typescript", "f(a: string): void", "f(a: string, b?: Map<string, number>): void", OptionalAdded),
            ("f", "typescript", "f(a: string)", "f(b: string)", Breaking),
            (
                "Wait",
                "go",
                "func (f *Client) Wait(ctx context.Context, machine *Machine, state string) error",
                "func (f *Client) Wait(ctx context.Context, id string, opts ...Option) error",
                Breaking,
            ),
            (
                "f",
                "rust",
                "pub fn f<T: A>(&self, a: &'a str) -> X",
                "pub fn f<T: A>(&mut self, a: &'a str) -> X",
                Other,
            ),
            ("f", "rust", "pub fn f(a: u8)", "pub fn f(a: u16)", Breaking),
            ("f", "java", "public void f(int a)", "public void f(final int a, int b)", Breaking),
        ];
        for (name, language, old, new, expected) in cases {
            assert_eq!(difference(name, language, old, new), expected, "{old} -> {new}");
        }
    }

    #[test]
    fn odd_signatures_never_panic() {
        for text in ["", "f", "f(", "f(a", "f)", "f<(", "f(ä='", "f((((", "ff(a)", "f>>)("] {
            let _ = parameters("f", "go", text);
            let _ = difference("f", "python", text, "f(x)");
        }
    }
}
