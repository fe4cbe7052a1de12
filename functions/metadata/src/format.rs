//! Which format a file has, by its name alone.

/// A format that this stage reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Format {
    Readme,
    License,
    Owners,
    CargoManifest,
    TomlLock,
    NpmManifest,
    NpmLock,
    PnpmLock,
    YarnLock,
    Requirements,
    Pyproject,
    SetupCfg,
    SetupPy,
    Pipfile,
    PipfileLock,
    GoMod,
    MavenPom,
    Gradle,
    GradleCatalog,
    GradleLock,
    Gemfile,
    GemfileLock,
    Gemspec,
    ComposerManifest,
    ComposerLock,
    MsBuild,
    PackagesConfig,
    Dockerfile,
    Compose,
    Workflow,
    Action,
    Terraform,
    TerraformLock,
    PreCommit,
}

/// The format of the file at `path`; none for files that nobody here reads.
pub(crate) fn format_of(path: &str) -> Option<Format> {
    let name = file_name(path);
    by_exact_name(name).or_else(|| by_pattern(path, name)).or_else(|| by_document_name(path, name))
}

/// The last part of a path.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// Everything before the last part; "" at the root.
pub(crate) fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

fn by_exact_name(name: &str) -> Option<Format> {
    Some(match name {
        "Cargo.toml" => Format::CargoManifest,
        "Cargo.lock" | "poetry.lock" | "uv.lock" | "pdm.lock" => Format::TomlLock,
        "package.json" => Format::NpmManifest,
        "package-lock.json" | "npm-shrinkwrap.json" => Format::NpmLock,
        "pnpm-lock.yaml" => Format::PnpmLock,
        "yarn.lock" => Format::YarnLock,
        "pyproject.toml" => Format::Pyproject,
        "setup.cfg" => Format::SetupCfg,
        "setup.py" => Format::SetupPy,
        "Pipfile" => Format::Pipfile,
        "Pipfile.lock" => Format::PipfileLock,
        "go.mod" => Format::GoMod,
        "pom.xml" => Format::MavenPom,
        "libs.versions.toml" => Format::GradleCatalog,
        "gradle.lockfile" | "buildscript-gradle.lockfile" => Format::GradleLock,
        "Gemfile" | "gems.rb" => Format::Gemfile,
        "Gemfile.lock" | "gems.locked" => Format::GemfileLock,
        "composer.json" => Format::ComposerManifest,
        "composer.lock" => Format::ComposerLock,
        "Directory.Packages.props" | "Directory.Build.props" => Format::MsBuild,
        "packages.config" => Format::PackagesConfig,
        "action.yml" | "action.yaml" => Format::Action,
        ".terraform.lock.hcl" => Format::TerraformLock,
        ".pre-commit-config.yaml" | ".pre-commit-config.yml" => Format::PreCommit,
        _ => return None,
    })
}

fn by_pattern(path: &str, name: &str) -> Option<Format> {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "txt" | "in" if is_requirements(path, name) => Some(Format::Requirements),
        "gradle" => Some(Format::Gradle),
        "kts" if name.ends_with(".gradle.kts") => Some(Format::Gradle),
        "gemspec" => Some(Format::Gemspec),
        "csproj" | "fsproj" | "vbproj" => Some(Format::MsBuild),
        "tf" => Some(Format::Terraform),
        "yml" | "yaml" if directory(path) == ".github/workflows" => Some(Format::Workflow),
        "yml" | "yaml" if is_compose(name) => Some(Format::Compose),
        _ if is_dockerfile(name) => Some(Format::Dockerfile),
        _ => None,
    }
}

/// `requirements.txt`, `requirements-dev.txt`, `dev-requirements.in`, `constraints.txt`, `requirements/base.txt`.
fn is_requirements(path: &str, name: &str) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.contains("requirements") || stem.contains("constraints") || file_name(directory(path)) == "requirements"
}

/// `compose.yml`, `docker-compose.yml`, `docker-compose.prod.yml`, `compose.override.yaml`.
pub(crate) fn is_compose(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    stem == "compose" || stem == "docker-compose" || stem.starts_with("docker-compose-")
}

/// `Dockerfile`, `Dockerfile.dev`, `api.Dockerfile`, `Containerfile`.
pub(crate) fn is_dockerfile(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let stem = lower.split('.').next().unwrap_or_default();
    let other_file = [".dockerignore", ".md", ".sh", ".txt", ".j2"].iter().any(|end| lower.ends_with(end));
    !other_file && (stem == "dockerfile" || stem == "containerfile" || lower.ends_with(".dockerfile"))
}

fn by_document_name(path: &str, name: &str) -> Option<Format> {
    if readme_rank(path).is_some() {
        return Some(Format::Readme);
    }
    if !path.contains('/') && is_license(name) {
        return Some(Format::License);
    }
    OWNER_PLACES.contains(&path).then_some(Format::Owners)
}

/// Where CODEOWNERS may lie; the first that exists counts.
pub(crate) const OWNER_PLACES: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// Extensions of a README, the most telling first.
const README_EXTENSIONS: [&str; 11] =
    ["md", "markdown", "mdown", "mkd", "rst", "adoc", "asciidoc", "org", "rdoc", "txt", ""];

/// How good a README at `path` is: depth, then place, then extension; the smallest wins.
pub(crate) fn readme_rank(path: &str) -> Option<(usize, usize, usize)> {
    let lower = file_name(path).to_ascii_lowercase();
    let (stem, extension) = lower.split_once('.').unwrap_or((&lower, ""));
    if stem != "readme" {
        return None;
    }
    let extension = README_EXTENSIONS.iter().position(|known| *known == extension)?;
    let place = match directory(path) {
        "" | ".github" => 0,
        "docs" => 1,
        _ => 2,
    };
    Some((path.matches('/').count(), place, extension))
}

/// `LICENSE`, `LICENCE.md`, `LICENSE-MIT`, `MIT-LICENSE.txt`, `COPYING.LESSER`, `UNLICENSE`.
fn is_license(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let stem = upper.split(['.', '-', '_']).next().unwrap_or_default();
    let is_text = !upper.contains('.')
        || [".TXT", ".MD", ".RST", ".MIT", ".APACHE", ".LESSER"].iter().any(|end| upper.ends_with(end))
        || upper.ends_with("-2.0");
    let named = ["LICENSE", "LICENCE", "COPYING", "UNLICENSE"].contains(&stem);
    is_text && (named || upper.contains("-LICENSE"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_format() {
        let cases = [
            ("README", Some(Format::Readme)),
            ("ReadMe.rst", Some(Format::Readme)),
            ("docs/README.md", Some(Format::Readme)),
            ("README.zh-CN.md", None),
            ("readme.py", None),
            ("LICENSE", Some(Format::License)),
            ("LICENSE-APACHE", Some(Format::License)),
            ("LICENSE-2.0.txt", Some(Format::License)),
            ("Apache-2.0", None),
            ("MIT-LICENSE.txt", Some(Format::License)),
            ("COPYING.LESSER", Some(Format::License)),
            ("license.go", None),
            ("src/LICENSE", None),
            ("CODEOWNERS", Some(Format::Owners)),
            (".github/CODEOWNERS", Some(Format::Owners)),
            ("src/CODEOWNERS", None),
            ("a/b/Cargo.toml", Some(Format::CargoManifest)),
            ("requirements-dev.txt", Some(Format::Requirements)),
            ("requirements/base.txt", Some(Format::Requirements)),
            ("deploy/dev-requirements.in", Some(Format::Requirements)),
            ("notes.txt", None),
            ("app/build.gradle.kts", Some(Format::Gradle)),
            ("main.kts", None),
            ("Dockerfile", Some(Format::Dockerfile)),
            ("Dockerfile.dev", Some(Format::Dockerfile)),
            ("docker/api.Dockerfile", Some(Format::Dockerfile)),
            ("Dockerfile.md", None),
            ("Dockerfile.dockerignore", None),
            ("compose.override.yaml", Some(Format::Compose)),
            ("docker-compose-prod.yml", Some(Format::Compose)),
            ("composer.json", Some(Format::ComposerManifest)),
            ("compose.go", None),
            (".github/workflows/ci.yml", Some(Format::Workflow)),
            (".github/actions/x/action.yml", Some(Format::Action)),
            ("infra/main.tf", Some(Format::Terraform)),
            ("src/Web.csproj", Some(Format::MsBuild)),
            ("", None),
            ("/", None),
        ];
        for (path, expected) in cases {
            assert_eq!(format_of(path), expected, "{path}");
        }
    }
}
