//! Which file a module, a path or a package means.

use std::collections::{HashMap, HashSet};

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

/// Parts at the end of a path that a module's name can have.
const MAX_PARTS: usize = 16;

/// Bytes of a module's name.
const MAX_MODULE: usize = 500;

/// Paths of one commit.
#[derive(Debug, Default)]
pub(super) struct Places<'a> {
    by_path: HashMap<&'a str, usize>,
    /// By every end of theirs that begins with a name, for what is named from some root.
    by_end: HashMap<&'a str, Vec<(usize, &'a str)>>,
    /// Files of Go by their folder.
    go: HashMap<&'a str, HashSet<usize>>,
}

impl<'a> Places<'a> {
    pub(super) fn of(paths: impl Iterator<Item = &'a str>) -> Self {
        let mut places = Self::default();
        for (at, path) in paths.enumerate() {
            places.by_path.insert(path, at);
            let ends = path.rmatch_indices('/').map(|(slash, _)| &path[slash + 1..]).take(MAX_PARTS);
            let whole = (path.matches('/').count() < MAX_PARTS).then_some(path);
            for end in ends.chain(whole) {
                places.by_end.entry(end).or_default().push((at, path));
            }
            if let Some((folder, _)) = path.rsplit_once('/').filter(|_| path.ends_with(".go")) {
                places.go.entry(folder).or_default().insert(at);
            }
        }
        places
    }

    /// The file that `module` means in the file `from`, whatever the language's notation.
    pub(super) fn file(&self, from: &str, module: &str) -> Option<usize> {
        if module.len() > MAX_MODULE {
            return None;
        }
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

    /// Files of the folders that an import path of Go means.
    pub(super) fn folders(&self, import: &str) -> Vec<&HashSet<usize>> {
        let ends = import.rmatch_indices('/').map(|(slash, _)| &import[slash + 1..]).take(MAX_PARTS);
        ends.chain([import]).filter(|end| !end.is_empty()).filter_map(|end| self.go.get(end)).collect()
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
        let fits = ENDINGS.iter().filter_map(|ending| self.by_end.get(format!("{module}{ending}").as_str())).flatten();
        let near = |path: &str| path.bytes().zip(from.bytes()).take_while(|(a, b)| a == b).count();
        let rank = |path: &str| stems.iter().rposition(|own| *own == stem(path));
        fits.max_by_key(|(at, path)| (near(path), rank(path), *at)).map(|(at, _)| *at)
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
        assert_eq!(places.folders("example.test/x/internal/users"), [&HashSet::from([7])]);
        assert!(places.folders("fmt").is_empty());
        let deep = format!("{}x.py", "a/".repeat(2_000));
        let places = Places::of([deep.as_str()].into_iter());
        assert!(places.by_end.len() <= MAX_PARTS, "ends of a deep path");
        assert_eq!((places.file("b.py", "a.x"), places.file("b.py", &"a.".repeat(2_000))), (Some(0), None));
    }
}
