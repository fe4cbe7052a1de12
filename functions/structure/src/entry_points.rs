//! Files where a program, a library or a service starts.
//!
//! In some languages the name tells, in others only the text does. No extension is in both lists, so that what the
//! text told can be taken over for an unchanged file while names are looked at anew each time.

use std::collections::HashSet;

use contracts::structure::KeyPlace;

use crate::directories::{file_name, parent};

/// Starting points of tests and samples are not the repository's.
const ASIDE: [&str; 17] = [
    "test",
    "tests",
    "spec",
    "specs",
    "__tests__",
    "e2e",
    "testdata",
    "fixtures",
    "__fixtures__",
    "examples",
    "example",
    "samples",
    "docs",
    "doc",
    "benches",
    "benchmarks",
    "__mocks__",
];

/// Finds entry points by name among `paths` of hand-written files.
#[derive(Debug)]
pub(crate) struct Names<'p> {
    /// Directories with a `package.json`: only there is an `index.js` more than a file.
    packages: HashSet<&'p str>,
    /// Directories with an `__init__.py`: an `app.py` in there is a part of a library.
    modules: HashSet<&'p str>,
}

impl<'p> Names<'p> {
    /// Remembers what the names of their neighbours make of names.
    pub(crate) fn of(paths: impl Iterator<Item = &'p str>) -> Self {
        let mut names = Self { packages: HashSet::new(), modules: HashSet::new() };
        for path in paths {
            match file_name(path) {
                "package.json" => names.packages.extend(parent(path)),
                "__init__.py" => names.modules.extend(parent(path)),
                _ => {}
            };
        }
        names
    }

    /// The role of the file at `path`, where its name gives it one.
    pub(crate) fn place(&self, path: &str) -> Option<KeyPlace> {
        let role = always(path).or_else(|| if is_aside(path) { None } else { self.by_name(path) })?;
        Some(KeyPlace { path: path.to_owned(), role: role.to_owned() })
    }

    fn by_name(&self, path: &str) -> Option<&'static str> {
        let name = file_name(path);
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        match extension {
            "rs" => rust(path, name),
            "py" => python(stem, parent(path).is_some_and(|holder| self.modules.contains(holder))),
            "js" | "mjs" | "cjs" | "ts" | "mts" | "cts" | "jsx" | "tsx" => self.javascript(path, stem),
            "php" => {
                (name == "index.php" && matches!(file_name(parent(path)?), "" | "public" | "web")).then_some("service")
            }
            "dart" => (name == "main.dart").then_some("main"),
            "ru" => (name == "config.ru").then_some("service"),
            "" => (name == "artisan").then_some("cli"),
            _ => None,
        }
    }

    fn javascript(&self, path: &str, stem: &str) -> Option<&'static str> {
        let holder = parent(path)?;
        let above = || ["src", "lib", "bin", "app"].contains(&file_name(holder)).then(|| parent(holder)).flatten();
        let in_package = self.packages.contains(holder) || above().is_some_and(|above| self.packages.contains(above));
        if !in_package {
            return None;
        }
        match stem {
            _ if file_name(holder) == "bin" => Some("cli"),
            "index" | "main" | "app" => Some("main"),
            "server" => Some("service"),
            "cli" => Some("cli"),
            _ => None,
        }
    }
}

/// What starts something wherever it lies.
fn always(path: &str) -> Option<&'static str> {
    let name = file_name(path);
    let lower = name.to_ascii_lowercase();
    let is_yaml = lower.ends_with(".yml") || lower.ends_with(".yaml");
    let stem = lower.split('.').next().unwrap_or_default();
    if is_yaml && parent(path) == Some(".github/workflows") || lower == "action.yml" || lower == "action.yaml" {
        Some("workflow")
    } else if syntax::language_of(path, b"") == Some("dockerfile")
        || is_yaml && ["compose", "docker-compose"].contains(&stem)
    {
        Some("container")
    } else {
        (name == "Procfile").then_some("service")
    }
}

fn is_aside(path: &str) -> bool {
    // Below this the directories are the parts of a Java package, which are names like any other.
    let place = path.split_once("src/main/").map_or(path, |(place, _)| place);
    let above = place.rsplit_once('/').map_or("", |(above, _)| above);
    above.split('/').any(|part| ASIDE.contains(&part))
}

fn rust(path: &str, name: &str) -> Option<&'static str> {
    let holder = file_name(parent(path)?);
    let around = parent(parent(path)?).map(file_name);
    match (holder, name) {
        ("src", "main.rs") => Some("main"),
        ("src", "lib.rs") => Some("library"),
        ("bin", _) if around == Some("src") => Some("main"),
        (_, "main.rs") if parent(parent(path)?).is_some_and(|bin| bin == "src/bin" || bin.ends_with("/src/bin")) => {
            Some("main")
        }
        _ => None,
    }
}

fn python(stem: &str, in_module: bool) -> Option<&'static str> {
    match stem {
        "app" | "server" if in_module => None,
        "__main__" | "main" | "app" => Some("main"),
        "manage" | "cli" => Some("cli"),
        "wsgi" | "asgi" | "server" => Some("service"),
        _ => None,
    }
}

/// Whether a file of this name is one whose text, not its name, makes it an entry point.
pub(crate) fn is_told_by_content(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["go", "java", "kt", "scala", "cs", "c", "cc", "cpp", "cxx", "swift"].contains(&extension)
}

/// The role that the text gives to a file of a language whose names say nothing.
pub(crate) fn by_content(path: &str, bytes: &[u8]) -> Option<&'static str> {
    let extension = file_name(path).rsplit_once('.').map(|(_, extension)| extension)?;
    if !is_told_by_content(file_name(path)) || is_aside(path) {
        return None;
    }
    let text = String::from_utf8_lossy(bytes);
    let starts_line = |words: &str| text.starts_with(words) || text.contains(&format!("\n{words}"));
    let starts = match extension {
        "go" => starts_line("package main") && starts_line("func main()"),
        "java" => text.contains("public static void main("),
        "kt" => starts_line("fun main(") || starts_line("suspend fun main("),
        "scala" => text.contains(" extends App") || text.contains("def main(") || starts_line("@main"),
        "cs" => file_name(path) == "Program.cs" || has_csharp_main(&text),
        "swift" => file_name(path) == "main.swift" || starts_line("@main"),
        _ => starts_line("int main(") || starts_line("int\nmain(") || starts_line("void main("),
    };
    let serves = text.contains("@SpringBootApplication") || text.contains("WebApplication.CreateBuilder(");
    starts.then_some(if serves { "service" } else { "main" })
}

fn has_csharp_main(text: &str) -> bool {
    [
        "static void Main(",
        "static int Main(",
        "static async Task Main(",
        "static async Task<int> Main(",
        "static Task Main(",
    ]
    .iter()
    .any(|start| text.contains(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_start_something() {
        let packages = ["package.json", "packages/a/package.json", "lib/flask/__init__.py"];
        let cases = [
            ("src/main.rs", Some("main")),
            ("crates/a/src/lib.rs", Some("library")),
            ("src/bin/tool.rs", Some("main")),
            ("src/bin/tool/main.rs", Some("main")),
            ("src/parser/main.rs", None),
            ("examples/x/src/main.rs", None),
            ("app.py", Some("main")),
            ("pkg/__main__.py", Some("main")),
            ("lib/flask/app.py", None),
            ("lib/flask/main.py", Some("main")),
            ("site/manage.py", Some("cli")),
            ("site/wsgi.py", Some("service")),
            ("tests/app.py", None),
            ("index.js", Some("main")),
            ("src/server.ts", Some("service")),
            ("bin/x.js", Some("cli")),
            ("src/components/index.ts", None),
            ("packages/a/src/index.tsx", Some("main")),
            ("packages/b/index.js", None),
            ("public/index.php", Some("service")),
            ("src/index.php", None),
            ("artisan", Some("cli")),
            ("Dockerfile", Some("container")),
            ("docker/api.Dockerfile", Some("container")),
            ("docker-compose.prod.yml", Some("container")),
            (".github/workflows/ci.yml", Some("workflow")),
            ("x/.github/workflows/ci.yml", None),
            ("setup/action.yml", Some("workflow")),
            ("Procfile", Some("service")),
            ("README.md", None),
            ("", None),
        ];
        let names = Names::of(packages.into_iter());
        for (path, expected) in cases {
            assert_eq!(names.place(path).map(|place| place.role).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn texts_that_start_something() {
        let cases = [
            ("cmd/x/main.go", "package main\n\nfunc main() {}\n", Some("main")),
            ("x/main.go", "package x\n\nfunc main() {}\n", None),
            ("A.java", "class A { public static void main(String[] a) {} }", Some("main")),
            ("A.java", "@SpringBootApplication class A { public static void main(String[] a) {} }", Some("service")),
            ("src/test/java/A.java", "public static void main(", None),
            ("src/main/java/org/samples/A.java", "public static void main(", Some("main")),
            ("examples/a/src/main/java/A.java", "public static void main(", None),
            ("a.kt", "fun main() {}", Some("main")),
            ("a.kt", "// fun main() {}", None),
            ("Program.cs", "var builder = WebApplication.CreateBuilder(args);", Some("service")),
            ("a.c", "#include <x>\nint main(void) {}", Some("main")),
            ("a.c", "int domain(void) {}", None),
            ("a.rs", "fn main() {}", None),
            ("go", "package main\nfunc main()", None),
        ];
        for (path, text, expected) in cases {
            assert_eq!(by_content(path, text.as_bytes()), expected, "{path}: {text}");
        }
        assert_eq!(by_content("a.c", b"\xff\nint main("), Some("main"));
    }
}
