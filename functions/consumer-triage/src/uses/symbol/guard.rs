//! Imports that a file can do without: `try: import x`, `except ImportError: …`.

use crate::dependent::File;

/// Lines that a `try` is looked for above an import, and its `except` below.
const NEAR: u32 = 30;

/// Whether an import of Python stands in a `try` that catches its failure. A name that a module lacks raises
/// `ImportError`, not the narrower `ModuleNotFoundError`
/// (<https://docs.python.org/3/library/exceptions.html#ImportError>).
pub(crate) fn is_guarded(file: &File, line: u32) -> bool {
    if file.language() != "python" {
        return false;
    }
    let own = indent(file.line(line));
    let above = (line.saturating_sub(NEAR).max(1)..line).rev();
    let Some(opening) = above.into_iter().find(|at| is_text(file.line(*at)) && indent(file.line(*at)) < own) else {
        return false;
    };
    if file.line(opening).trim() != "try:" {
        return false;
    }
    let outer = indent(file.line(opening));
    let mut below = (line + 1..=line + NEAR).filter(|at| is_text(file.line(*at)) && indent(file.line(*at)) <= outer);
    let handler = below.next().map_or("", |at| file.line(at).trim());
    handler == "except:"
        || (handler.starts_with("except ")
            && (handler.contains(" ImportError") || handler.contains("(ImportError") || handler.contains(" Exception")))
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn is_text(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dependent::Place;

    #[test]
    fn what_catches_a_failed_import() {
        let cases = [
            ("try:\n    from a import b\nexcept ImportError:\n    b = None\n", true),
            ("try:\n    x = 1\n    from a import b\nexcept (ImportError, AttributeError):\n    pass\n", true),
            ("try:\n    from a import b\nexcept Exception as e:\n    pass\n", true),
            ("try:\n    from a import b\nexcept:\n    pass\n", true),
            ("try:\n    from a import b\nexcept ModuleNotFoundError:\n    pass\n", false),
            ("try:\n    from a import b\nexcept ValueError:\n    pass\n", false),
            ("if x:\n    from a import b\n", false),
            ("from a import b\n", false),
            ("try:\n    import z\nexcept ImportError:\n    from a import b\n", false),
        ];
        for (text, expected) in cases {
            let analysis = syntax::analyze("python", text.as_bytes());
            let line = analysis.imports.iter().find(|import| import.module == "a").map_or(0, |import| import.line);
            let file = File {
                path: "x.py".into(),
                place: Place::Source,
                analysis: Some(std::sync::Arc::new(analysis)),
                text: Some(text.into()),
            };
            assert_eq!(is_guarded(&file, line), expected, "{text}");
        }
    }
}
