//! The name under which other repositories import a file.

use contracts::RepoName;

/// A package that the repository declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Folder of its manifest; empty for the root.
    pub folder: String,
    /// The manifest's file name.
    pub manifest: &'static str,
    /// Its name in its ecosystem.
    pub name: String,
    /// Files that a `package.json` names as what the package is; none of other manifests.
    pub entries: Vec<String>,
}

/// Every package of the repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Packages(Vec<Package>);

/// Manifests that name a package.
pub(crate) const MANIFESTS: &[&str] = &["go.mod", "package.json", "Cargo.toml"];

/// Folders that sources lie in and that no module name contains.
const SOURCE_ROOTS: &[&str] = &["src/", "lib/", "python/"];

impl Packages {
    /// From the texts of manifests, as `(path, text)`.
    pub fn read<'a>(manifests: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        Self(manifests.filter_map(|(path, text)| package(path, text)).collect())
    }

    /// Packages with this manifest.
    pub(crate) fn of(&self, manifest: &str) -> impl Iterator<Item = &Package> {
        self.0.iter().filter(move |package| package.manifest == manifest)
    }

    /// Whether no package of the same kind is nearer to `path`.
    pub(crate) fn is_nearest(&self, package: &Package, path: &str) -> bool {
        self.nearest(package.manifest, path).is_some_and(|nearest| nearest.folder == package.folder)
    }

    /// With the address that Go imports a repository by which has no manifest at its root
    /// (<https://go.dev/ref/mod#vcs-find>).
    pub(crate) fn with_address(mut self, repo: &RepoName) -> Self {
        if !self.0.iter().any(|package| package.manifest == "go.mod") {
            self.0.push(Package {
                folder: String::new(),
                manifest: "go.mod",
                name: format!("github.com/{repo}"),
                entries: Vec::new(),
            });
        }
        self
    }

    /// The package of `manifest` kind nearest above `path`.
    fn nearest(&self, manifest: &str, path: &str) -> Option<&Package> {
        let inside = |p: &&Package| p.manifest == manifest && is_inside(path, &p.folder);
        self.0.iter().filter(inside).max_by_key(|p| p.folder.len())
    }

    /// The module that `path` belongs to, as importers of `language` write it; the path itself where they have no such name.
    pub fn module_of(&self, path: &str, language: &str) -> String {
        let found = match language {
            "python" => Some(python_module(path)),
            "go" => self.nearest("go.mod", path).map(|p| {
                let folder = below(path, &p.folder).rsplit_once('/').map_or("", |(folder, _)| folder);
                if folder.is_empty() { p.name.clone() } else { format!("{}/{folder}", p.name) }
            }),
            "rust" => self.nearest("Cargo.toml", path).map(|p| p.name.replace('-', "_")),
            "javascript" | "typescript" | "tsx" | "jsx" => self.nearest("package.json", path).map(|p| p.name.clone()),
            "java" | "kotlin" | "scala" => jvm_package(path),
            _ => None,
        };
        found.unwrap_or_else(|| path.to_owned())
    }
}

fn package(path: &str, text: &str) -> Option<Package> {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let manifest = MANIFESTS.iter().find(|known| **known == file)?;
    let name = match *manifest {
        "go.mod" => {
            let line = text.lines().find_map(|line| line.trim().strip_prefix("module "))?;
            line.split_whitespace().next()?.to_owned()
        }
        "Cargo.toml" => value_of(outline::Format::Toml, text, &["package", "name"])?,
        _ => value_of(outline::Format::Json, text, &["name"])?,
    };
    let entries = if *manifest == "package.json" { entries(text) } else { Vec::new() };
    Some(Package { folder: folder.to_owned(), manifest, name: name.trim_matches('"').to_owned(), entries })
}

/// What a `package.json` names as the package itself: `main`, `module`, `exports` of `.`.
pub(crate) fn entries(text: &str) -> Vec<String> {
    let is_entry = |key: &outline::Key| {
        let whole = |part: &String| part == "." || !part.starts_with('.');
        key.is(&["main"])
            || key.is(&["module"])
            || (key.path.first().is_some_and(|first| first == "exports")
                && key.path.get(1).is_none_or(whole)
                && !key.path.iter().any(|part| part == "types"))
    };
    let keys = outline::keys(outline::Format::Json, text);
    keys.into_iter().filter(|key| is_entry(key) && !key.value.is_empty()).map(|key| key.value).collect()
}

fn value_of(format: outline::Format, text: &str, path: &[&str]) -> Option<String> {
    outline::keys(format, text).into_iter().find(|key| key.is(path)).map(|key| key.value).filter(|v| !v.is_empty())
}

fn is_inside(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

fn below<'a>(path: &'a str, folder: &str) -> &'a str {
    path.strip_prefix(folder).map_or(path, |rest| rest.trim_start_matches('/'))
}

fn python_module(path: &str) -> String {
    let after_root = SOURCE_ROOTS
        .iter()
        .find_map(|root| match path.rfind(&format!("/{root}")) {
            Some(at) => Some(&path[at + 1 + root.len()..]),
            None => path.strip_prefix(root),
        })
        .unwrap_or(path);
    let stem = after_root.strip_suffix(".py").or_else(|| after_root.strip_suffix(".pyi")).unwrap_or(after_root);
    stem.strip_suffix("/__init__").unwrap_or(stem).replace('/', ".")
}

fn jvm_package(path: &str) -> Option<String> {
    let rest =
        ["java/", "kotlin/", "scala/"].iter().find_map(|root| path.find(root).map(|at| &path[at + root.len()..]))?;
    rest.rsplit_once('/').map(|(folder, _)| folder.replace('/', "."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_importers_write() {
        let manifests = [
            ("go.mod", "module github.com/a/b // x\n\ngo 1.22\n"),
            ("web/package.json", "{\"name\": \"@a/web\"}"),
            ("core/Cargo.toml", "[package]\nname = \"my-core\"\n"),
            ("broken/package.json", "{"),
        ];
        let packages = Packages::read(manifests.into_iter());
        let cases = [
            ("src/werkzeug/urls.py", "python", "werkzeug.urls"),
            ("libs/x/src/x/__init__.py", "python", "x"),
            ("app.py", "python", "app"),
            ("flaps/wait.go", "go", "github.com/a/b // x/flaps"),
            ("web/src/index.ts", "typescript", "@a/web"),
            ("core/src/lib.rs", "rust", "my_core"),
            ("src/main/java/com/x/A.java", "java", "com.x"),
            ("other/index.ts", "typescript", "other/index.ts"),
            ("x.rb", "ruby", "x.rb"),
        ];
        for (path, language, expected) in cases {
            let expected = expected.replace(" // x", "");
            assert_eq!(packages.module_of(path, language), expected, "{path}");
        }
    }
}
