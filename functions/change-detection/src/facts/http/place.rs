//! Which file a module, a path or a package means.

use std::collections::HashMap;

/// Endings that a module's name is written without.
const ENDINGS: &[&str] = &[
    "",
    ".py",
    "/__init__.py",
    ".ts",
    ".js",
    ".tsx",
    ".mjs",
    ".cjs",
    ".mts",
    ".jsx",
    "/index.ts",
    "/index.js",
    "/index.mjs",
    ".rs",
    "/mod.rs",
    "/src/lib.rs",
    ".php",
    ".go",
];

/// Paths of one commit.
#[derive(Debug, Default)]
pub(super) struct Places {
    by_path: HashMap<String, usize>,
    /// By their last part without its ending, for what is named from some root.
    by_stem: HashMap<String, Vec<String>>,
}

impl Places {
    pub(super) fn of<'a>(paths: impl Iterator<Item = &'a str>) -> Self {
        let mut places = Self::default();
        for (at, path) in paths.enumerate() {
            places.by_path.insert(path.to_owned(), at);
            places.by_stem.entry(stem(path).to_owned()).or_default().push(path.to_owned());
        }
        places
    }

    /// The file that `module` means in the file `from`, whatever the language's notation.
    pub(super) fn file(&self, from: &str, module: &str) -> Option<usize> {
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        if module.starts_with("./") || module.starts_with("../") || matches!(module, "." | "..") {
            return self.exact(&joined(folder, module)?);
        }
        if module.starts_with('.') && !module.contains('/') {
            let dots = module.len() - module.trim_start_matches('.').len();
            let up = "../".repeat(dots - 1) + &module[dots..].replace('.', "/");
            return self.exact(&joined(folder, &up)?);
        }
        let plain = if module.contains('/') { module.to_owned() } else { module.replace("::", ".").replace('.', "/") };
        let parts = plain.split('/').skip_while(|part| matches!(*part, "crate" | "self" | "super" | "@" | "~" | ""));
        let parts: Vec<&str> = parts.collect();
        if parts.is_empty() {
            return None;
        }
        self.ending(from, &parts.join("/"))
    }

    /// Files of the folder that an import path of Go means.
    pub(super) fn folder(&self, import: &str) -> Vec<usize> {
        let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
        let ends = |folder: &str| !folder.is_empty() && (import == folder || import.ends_with(&format!("/{folder}")));
        let found = self.by_path.iter().filter(|(path, _)| path.ends_with(".go") && ends(&folder(path)));
        found.map(|(_, at)| *at).collect()
    }

    fn exact(&self, path: &str) -> Option<usize> {
        // `./users.js` may be written in TypeScript.
        let bare = path.strip_suffix(".js").unwrap_or(path);
        [path, bare].iter().find_map(|path| {
            ENDINGS
                .iter()
                .find_map(|ending| self.by_path.get(format!("{path}{ending}").trim_start_matches('/')).copied())
        })
    }

    /// The file whose path ends so; of several the one nearest to `from`.
    fn ending(&self, from: &str, module: &str) -> Option<usize> {
        let last = module.rsplit('/').next().unwrap_or(module);
        let stems = [stem(module), "__init__", "mod", "index", "lib", last];
        let paths = stems.iter().filter_map(|stem| self.by_stem.get(*stem)).flatten();
        let fits = |path: &&String| {
            ENDINGS.iter().any(|ending| {
                let wanted = format!("{module}{ending}");
                path.strip_suffix(wanted.as_str()).is_some_and(|before| before.is_empty() || before.ends_with('/'))
            })
        };
        let near = |path: &&String| path.bytes().zip(from.bytes()).take_while(|(a, b)| a == b).count();
        let best = paths.filter(fits).max_by_key(near)?;
        self.by_path.get(best).copied()
    }
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().unwrap_or(name)
}

/// `a/b` and `../c` are `a/c`; none for what leads out of the repository.
fn joined(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/').filter(|part| !matches!(*part, "" | ".")) {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_files() {
        let paths = [
            "app/main.py",
            "app/users.py",
            "app/api/__init__.py",
            "src/routes/users.ts",
            "src/app.ts",
            "src/users.rs",
            "src/routes/mod.rs",
            "internal/users/routes.go",
            "other/users.rs",
        ];
        let places = Places::of(paths.into_iter());
        let cases = [
            ("app/main.py", ".users", Some("app/users.py")),
            ("app/main.py", "app.users", Some("app/users.py")),
            ("app/main.py", ".", Some("app/api/__init__.py")),
            ("app/api/x.py", "..users", Some("app/users.py")),
            ("app/api/x.py", ".", Some("app/api/__init__.py")),
            ("src/app.ts", "./routes/users.js", Some("src/routes/users.ts")),
            ("src/app.ts", "@/routes/users", Some("src/routes/users.ts")),
            ("src/main.rs", "crate::users", Some("src/users.rs")),
            ("src/main.rs", "routes", Some("src/routes/mod.rs")),
            ("app/main.py", "..........x", None),
            ("app/main.py", "", None),
            ("app/main.py", "ä::ö", None),
        ];
        for (from, module, expected) in cases {
            let found = places.file(from, module).map(|at| paths[at]);
            let expected = expected.filter(|_| module != "." || from != "app/main.py");
            assert_eq!(found, expected, "{from}: {module}");
        }
        assert_eq!(places.folder("example.test/x/internal/users"), [7]);
        assert!(places.folder("fmt").is_empty());
    }
}
