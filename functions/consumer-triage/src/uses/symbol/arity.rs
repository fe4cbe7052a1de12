//! How many arguments a signature takes.

/// At least and at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Arity {
    least: usize,
    most: Option<usize>,
}

impl Arity {
    /// From the text of a declaration: the list after `name(` or `name<…>(`.
    pub fn read(text: &str, name: &str) -> Option<Self> {
        let list = list_after(text, name)?;
        let (mut least, mut most, mut open) = (0, 0, false);
        for parameter in split(list).iter().map(|parameter| parameter.trim()) {
            let receiver = matches!(parameter, "" | "self" | "cls" | "&self" | "&mut self" | "mut self" | "*" | "/");
            if receiver {
                continue;
            }
            if parameter.starts_with('*') || parameter.contains("...") {
                open = true;
                continue;
            }
            most += 1;
            let optional =
                parameter.contains('=') || parameter.split(':').next().is_some_and(|name| name.ends_with('?'));
            least += usize::from(!optional);
        }
        Some(Self { least, most: (!open).then_some(most) })
    }

    /// Whether a call with this many arguments fits.
    pub fn takes(&self, given: usize) -> bool {
        given >= self.least && self.most.is_none_or(|most| given <= most)
    }
}

fn list_after<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    if name.is_empty() {
        return None;
    }
    for (at, _) in text.match_indices(name) {
        let before = text[..at].chars().next_back();
        let mut rest = &text[at + name.len()..];
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        if rest.starts_with(['<', '[']) {
            rest = &rest[rest.find('(')?..];
        }
        if rest.starts_with('(') {
            let end = closing(rest).unwrap_or(rest.len());
            return Some(&rest[1..end.max(1)]);
        }
    }
    None
}

fn closing(text: &str) -> Option<usize> {
    let mut depth = 0i32;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

fn split(list: &str) -> Vec<&str> {
    let (mut out, mut depth, mut start) = (Vec::new(), 0i32, 0);
    for (at, c) in list.char_indices() {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            '>' if !list[..at].ends_with(['-', '=']) => depth -= 1,
            ',' if depth <= 0 => {
                out.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    out.push(&list[start..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts() {
        let cases = [
            ("def f(self, a, b=1)", "f", Some((1, Some(2)))),
            ("func (c *Client) Wait(ctx context.Context, opts ...Option) error", "Wait", Some((1, None))),
            ("pub fn f<T: A>(&self, a: B<C, D>) -> X", "f", Some((1, Some(1)))),
            ("f(a: string, b?: number)", "f", Some((1, Some(2)))),
            ("f()", "f", Some((0, Some(0)))),
            ("f(a,\n  b", "f", Some((2, Some(2)))),
            ("gf(a)", "f", None),
            ("", "f", None),
        ];
        for (text, name, expected) in cases {
            assert_eq!(Arity::read(text, name).map(|a| (a.least, a.most)), expected, "{text}");
        }
    }
}
