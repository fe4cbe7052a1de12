//! Configuration of linters, formatters and build tools.

pub(super) fn is_lint(name: &str) -> bool {
    const FILES: [&str; 24] = [
        ".pylintrc",
        "pylintrc",
        ".flake8",
        "ruff.toml",
        ".ruff.toml",
        "mypy.ini",
        ".mypy.ini",
        "clippy.toml",
        "rustfmt.toml",
        ".rustfmt.toml",
        ".clippy.toml",
        "deny.toml",
        ".golangci.yml",
        ".golangci.yaml",
        ".rubocop.yml",
        "phpstan.neon",
        ".php-cs-fixer.php",
        "biome.json",
        "checkstyle.xml",
        ".clang-format",
        ".clang-tidy",
        ".yamllint",
        "typos.toml",
        ".pre-commit-config.yaml",
    ];
    const STEMS: [&str; 8] = [
        ".eslintrc",
        "eslint.config",
        ".prettierrc",
        "prettier.config",
        ".stylelintrc",
        ".markdownlint",
        "commitlint.config",
        ".hadolint",
    ];
    FILES.contains(&name) || STEMS.iter().any(|stem| is_stem(name, stem))
}

pub(super) fn is_build(name: &str, extension: &str) -> bool {
    const FILES: [&str; 39] = [
        "pipfile",
        "makefile",
        "gnumakefile",
        "justfile",
        "taskfile.yml",
        "cmakelists.txt",
        "meson.build",
        "build.bazel",
        "build",
        "workspace",
        "module.bazel",
        "cargo.toml",
        "package.json",
        "pyproject.toml",
        "setup.py",
        "setup.cfg",
        "tox.ini",
        "noxfile.py",
        "pom.xml",
        "build.gradle",
        "build.gradle.kts",
        "settings.gradle",
        "settings.gradle.kts",
        "gradle.properties",
        "go.mod",
        "go.work",
        "gemfile",
        "rakefile",
        "composer.json",
        "lerna.json",
        "nx.json",
        "turbo.json",
        "pnpm-workspace.yaml",
        "rust-toolchain.toml",
        "rust-toolchain",
        ".nvmrc",
        ".python-version",
        ".tool-versions",
        "global.json",
    ];
    const STEMS: [&str; 8] = [
        "webpack.config",
        "vite.config",
        "rollup.config",
        "babel.config",
        ".babelrc",
        "next.config",
        "jest.config",
        "vitest.config",
    ];
    let is_tsconfig = name.starts_with("tsconfig") && extension == "json";
    FILES.contains(&name)
        || STEMS.iter().any(|stem| is_stem(name, stem))
        || is_tsconfig
        || name.ends_with("-wrapper.properties")
        || matches!(extension, "csproj" | "fsproj" | "vbproj" | "props" | "sln" | "gemspec" | "cmake" | "bzl")
}

/// `stem`, `stem.js`, `stem.mjs`, `stem.config.ts` …
fn is_stem(name: &str, stem: &str) -> bool {
    name.strip_prefix(stem).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
