//! How a file gets hold of another repository's name.

use contracts::analysis::Import;

use crate::dependent::File;
use crate::uses::symbol::alias;
use crate::uses::{Certainty, text};

/// Lines that one import statement may run over.
const STATEMENT: u32 = 30;

/// What an import binds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Binding {
    /// The name itself; the statement begins on this line.
    Direct(u32),
    /// The name itself, from a package around the module, which may pass on something else.
    Around(u32),
    /// The module; the name is written behind it.
    Behind(String),
    /// A package around the module, which may pass on something else; the name is written behind it.
    BehindAround(String),
    /// Everything of the module.
    Everything,
}

impl Binding {
    /// Out of exactly this module, by name or behind it.
    pub fn is_exact(&self) -> bool {
        matches!(self, Self::Direct(_) | Self::Behind(_))
    }

    /// How the file writes the name.
    pub fn written(&self, root: &str) -> String {
        match self {
            Self::Behind(qualifier) | Self::BehindAround(qualifier) => format!("{qualifier}{root}"),
            _ => root.to_owned(),
        }
    }

    /// The line of the import that holds the name.
    pub fn import_line(&self, file: &File, root: &str) -> Option<u32> {
        let (Self::Direct(start) | Self::Around(start)) = self else { return None };
        let lines = *start..=start.saturating_add(STATEMENT);
        lines.into_iter().find(|line| text::word_at(file.line(*line), root).is_some()).or(Some(*start))
    }

    /// How sure it is that the name is the provider's.
    pub fn certainty(&self) -> Certainty {
        match self {
            Self::Direct(_) => Certainty::Certain("imported from the provider's module and gone or changed there"),
            Self::Behind(_) => Certainty::Certain("used through the provider's module and gone or changed there"),
            Self::Around(_) | Self::BehindAround(_) => {
                Certainty::Likely("imported from a package of the provider that may pass the name on")
            }
            Self::Everything => Certainty::Likely("everything of the provider's module is imported here"),
        }
    }
}

/// How `file` gets at `root` of `module`; none if it does not.
pub(crate) fn of(file: &File, module: &str, root: &str) -> Option<Binding> {
    let analysis = file.analysis.as_ref()?;
    let one = |import: &Import| match analysis.language.as_str() {
        "python" => python(import, module, root),
        "go" => (import.module == module).then(|| {
            let name = module.rsplit('/').find(|part| !is_version(part)).unwrap_or(module);
            Binding::Behind(format!("{}.", name.trim_start_matches("go-")))
        }),
        "rust" => rust(import, module, root),
        "java" | "kotlin" | "scala" => jvm(import, module, root),
        "javascript" | "typescript" | "tsx" | "jsx" => script(import, module, root),
        _ => None,
    };
    let named = |import: &Import| called_here(file, import, module, one(import));
    analysis.imports.iter().filter_map(named).min_by_key(|binding| match binding {
        Binding::Direct(_) => 0,
        Binding::Behind(_) => 1,
        Binding::Around(_) | Binding::BehindAround(_) => 2,
        Binding::Everything => 3,
    })
}

/// The same by the name that the file itself gives to the module.
fn called_here(file: &File, import: &Import, module: &str, found: Option<Binding>) -> Option<Binding> {
    let behind = |name: String, exactly| {
        let qualifier = format!("{name}.");
        if exactly { Binding::Behind(qualifier) } else { Binding::BehindAround(qualifier) }
    };
    let own = || alias::of(file, import);
    match (file.language(), found) {
        ("javascript" | "typescript" | "tsx" | "jsx", None | Some(Binding::Everything)) => {
            let of_package =
                import.module == module || import.module.strip_prefix(module).is_some_and(|rest| rest.starts_with('/'));
            let whole = import.names.iter().any(|name| name == "*");
            match own().filter(|_| of_package) {
                Some(name) => Some(behind(name, import.module == module && (whole || import.names.is_empty()))),
                None if whole && of_package => Some(Binding::Everything),
                None => None,
            }
        }
        ("python" | "go", Some(Binding::Behind(qualifier))) => {
            let part = module.rsplit('.').next().unwrap_or(module);
            let own = own().or_else(|| alias::of_name(file, import.line, part).filter(|_| !import.names.is_empty()));
            Some(own.map_or(Binding::Behind(qualifier), |name| behind(name, true)))
        }
        ("python", Some(Binding::BehindAround(qualifier))) => {
            Some(own().map_or(Binding::BehindAround(qualifier), |name| behind(name, false)))
        }
        (_, found) => found,
    }
}

/// Whether the file imports anything of the package that `module` belongs to.
pub(crate) fn imports_package(file: &File, module: &str) -> bool {
    let Some(analysis) = &file.analysis else { return false };
    let package = match analysis.language.as_str() {
        "python" => module.split('.').next().unwrap_or(module),
        _ => module,
    };
    let inside = |imported: &str| {
        imported == package
            || imported.strip_prefix(package).is_some_and(|rest| rest.starts_with(['.', '/', ':']))
            || (analysis.language == "go" && same_go_module(imported, package))
    };
    analysis.imports.iter().any(|import| inside(&import.module))
}

/// Whether the file imports exactly this module.
pub(crate) fn imports(file: &File, module: &str) -> bool {
    file.analysis.iter().flat_map(|analysis| &analysis.imports).any(|import| import.module == module)
}

/// `host/owner/name` is what makes two Go packages one module.
fn same_go_module(a: &str, b: &str) -> bool {
    let root = |path: &str| path.split('/').take(3).map(str::to_owned).collect::<Vec<_>>();
    root(a).len() == 3 && root(a) == root(b)
}

fn is_version(part: &str) -> bool {
    part.strip_prefix('v').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

fn takes(import: &Import, name: &str) -> bool {
    import.names.iter().any(|taken| taken.split_whitespace().next() == Some(name))
}

fn python(import: &Import, module: &str, root: &str) -> Option<Binding> {
    if import.module == module {
        return match () {
            () if root == "*" || takes(import, root) => Some(Binding::Direct(import.line)),
            () if takes(import, "*") => Some(Binding::Everything),
            () if import.names.is_empty() => Some(Binding::Behind(format!("{module}."))),
            () => None,
        };
    }
    // The name is a module itself, and something of it is imported.
    let inside = import.module.strip_prefix(module).and_then(|rest| rest.strip_prefix('.')?.strip_prefix(root));
    if inside.is_some_and(|rest| rest.is_empty() || rest.starts_with('.')) {
        return Some(Binding::Direct(import.line));
    }
    let (parent, last) = module.rsplit_once('.').unwrap_or(("", module));
    if import.module == parent && takes(import, last) {
        return Some(Binding::Behind(format!("{last}.")));
    }
    let around = module.strip_prefix(import.module.as_str()).is_some_and(|rest| rest.starts_with('.'));
    match around {
        true if takes(import, root) => Some(Binding::Around(import.line)),
        // `import package`, and the name behind it: the package passes on what its modules define.
        true if import.names.is_empty() => Some(Binding::BehindAround(format!("{}.", import.module))),
        _ => None,
    }
}

fn rust(import: &Import, module: &str, root: &str) -> Option<Binding> {
    let mut parts = import.module.split("::");
    if parts.next() != Some(module) {
        return None;
    }
    let named = takes(import, root) || parts.any(|part| part == root);
    match named || root == "*" {
        true => Some(Binding::Direct(import.line)),
        false if takes(import, "*") => Some(Binding::Everything),
        false => None,
    }
}

fn jvm(import: &Import, module: &str, root: &str) -> Option<Binding> {
    let of_class = import.module.strip_prefix(module).is_some_and(|rest| rest.strip_prefix('.') == Some(root));
    if of_class || (import.module == module && takes(import, root)) {
        return Some(Binding::Direct(import.line));
    }
    (import.module == module && takes(import, "*")).then_some(Binding::Everything)
}

fn script(import: &Import, module: &str, root: &str) -> Option<Binding> {
    let inside =
        import.module == module || import.module.strip_prefix(module).is_some_and(|rest| rest.starts_with('/'));
    if !inside {
        return None;
    }
    match () {
        () if root == "*" || takes(import, root) => Some(Binding::Direct(import.line)),
        () if takes(import, "*") => Some(Binding::Everything),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn import(module: &str, names: &[&str]) -> Import {
        Import { module: module.to_owned(), names: names.iter().map(|n| (*n).to_owned()).collect(), line: 3 }
    }

    #[test]
    fn python_ways() {
        let cases = [
            (import("a.urls", &["f"]), Some(Binding::Direct(3))),
            (import("a.urls", &["g"]), None),
            (import("a.urls", &["*"]), Some(Binding::Everything)),
            (import("a.urls", &[]), Some(Binding::Behind("a.urls.".to_owned()))),
            (import("a", &["urls"]), Some(Binding::Behind("urls.".to_owned()))),
            (import("a", &["f"]), Some(Binding::Around(3))),
            (import("a", &[]), Some(Binding::BehindAround("a.".to_owned()))),
            (import("a.urls.f", &["g"]), Some(Binding::Direct(3))),
            (import("a.urls.fg", &["g"]), None),
            (import("b.urls", &["f"]), None),
            (import("a.urlsx", &["f"]), None),
        ];
        for (import, expected) in cases {
            assert_eq!(python(&import, "a.urls", "f"), expected, "{import:?}");
        }
    }

    #[test]
    fn other_ways() {
        assert_eq!(rust(&import("a::b", &["F"]), "a", "F"), Some(Binding::Direct(3)));
        assert_eq!(rust(&import("ab::b", &["F"]), "a", "F"), None);
        assert_eq!(jvm(&import("com.x", &["F"]), "com.x", "F"), Some(Binding::Direct(3)));
        assert_eq!(jvm(&import("com.x.F", &["y"]), "com.x", "F"), Some(Binding::Direct(3)));
        assert_eq!(jvm(&import("com.xy", &["F"]), "com.x", "F"), None);
        assert_eq!(script(&import("@a/b", &["F"]), "@a/b", "F"), Some(Binding::Direct(3)));
        assert_eq!(script(&import("@a/bc", &["F"]), "@a/b", "F"), None);
        assert!(same_go_module("github.com/a/b/c", "github.com/a/b"));
        assert!(!same_go_module("fmt", "os"));
    }
}
