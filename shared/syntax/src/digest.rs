//! One number for a file's code: equal means that only white space or comments changed.

use crate::grammar::Role;
use crate::tree::{Node, Tree};

/// The digest. Each token counts with its kind and its depth, so that Python's indentation matters and a line break
/// inside of parentheses does not.
pub fn digest(tree: &Tree<'_>) -> u64 {
    let mut code = Vec::with_capacity(tree.text.len() * 2);
    let mut covered = 0;
    let mut at = 0;
    while let Some(node) = tree.node(at) {
        let is_comment = node.role() == Role::Comment;
        if is_comment || node.is_leaf() {
            let (start, stop) = node.span();
            let in_text = node.parent().is_some_and(|parent| parent.role() == Role::Text);
            // What no token covers: the plain part of a string in some grammars, what the parser skipped in an error.
            let in_same_text = in_text && node.parent().is_some_and(|parent| parent.span().0 < covered);
            add(&mut code, 0, tree.text.get(covered..start).unwrap_or_default(), node, in_same_text);
            if !is_comment {
                add(&mut code, node.kind_id(), node.text(), node, in_text);
            }
            covered = stop.max(covered);
        }
        at = if is_comment { node.after() } else { at + 1 };
    }
    code.extend_from_slice(tree.text.get(covered..).unwrap_or_default().trim().as_bytes());
    let hash = blake3::hash(&code);
    let mut first = [0; 8];
    first.copy_from_slice(&hash.as_bytes()[..8]);
    u64::from_le_bytes(first)
}

fn add(code: &mut Vec<u8>, kind: u16, text: &str, node: Node<'_>, in_text: bool) {
    let text = if in_text { text.as_bytes() } else { text.trim_ascii().as_bytes() };
    if text.is_empty() {
        return;
    }
    let head = u64::from(kind) | u64::from(node.depth() as u16) << 16 | (text.len() as u64) << 32;
    code.extend_from_slice(&head.to_le_bytes());
    code.extend_from_slice(text);
}

#[cfg(test)]
mod tests {
    use crate::analyze;

    #[test]
    fn formatting_and_comments_do_not_count_and_code_does() {
        let cases = [
            ("python", "def f(a, b):\n    return a\n", "# x\ndef f(a,\n      b):\n\n    return a  # y\n", true),
            ("python", "if a:\n    b()\nc()\n", "if a:\n    b()\n    c()\n", false),
            ("python", "x = 'a b'\n", "x = 'a  b'\n", false),
            ("python", "x = ' '\n", "x = '  '\n", false),
            ("rust", "fn f() { g(1) }", "/// doc\nfn f() {\n    g( 1 ) // c\n}\n", true),
            ("rust", "fn f() { g(1) }", "fn f() { g(2) }", false),
            ("javascript", "const a = `x ${b} y`;", "const a = `x ${ b } y`;", true),
            ("javascript", "const a = `x ${b} y`;", "const a = `x ${b}  y`;", false),
            ("go", "package a\nfunc f() { g() }\n", "package a\n\n// c\nfunc f() {\n\tg()\n}\n", true),
            ("yaml", "a:\n  b: 1\n  c: 2\n", "a:\n    b: 1 # x\n    c: 2\n", true),
            ("yaml", "a:\n  b: 1\n  c: 2\n", "a:\n  b: 1\nc: 2\n", false),
            ("json", "{\"a\":[1,2]}", "{\n  \"a\": [1, 2]\n}\n", true),
            ("css", ".a{color:red}", ".a {\n  color: red\n}\n/* c */", true),
            ("sql", "SELECT a FROM b;", "SELECT a\n  FROM b; -- c", true),
            ("toml", "a = 1\n[b]\nc = 'x y'\n", "# c\na = 1\n\n[b]\nc   = 'x y'", true),
            ("toml", "a = 'x y'\n", "a = 'x  y'\n", false),
        ];
        for (language, one, other, same) in cases {
            let (one, other) = (analyze(language, one.as_bytes()), analyze(language, other.as_bytes()));
            assert_eq!(one.code_hash == other.code_hash, same, "{language}: {one:?} {other:?}");
        }
    }

    #[test]
    fn the_number_is_the_same_everywhere() {
        assert_eq!(analyze("json", b"[1]").code_hash, analyze("json", b" [ 1 ] \n").code_hash);
        assert_eq!(analyze("json", b"").code_hash, analyze("python", b"\n\n# c\n").code_hash);
    }
}
