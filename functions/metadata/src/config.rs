//! Files that configure something, by name and place alone.

mod tools;

use contracts::manifest::{Entry, EntryKind};
use contracts::metadata::ConfigFile;

use crate::config::tools::{is_build, is_lint};
use crate::format::{directory, file_name, is_compose, is_dockerfile};
use crate::pick::is_foreign;

/// A repository with more is a collection of samples.
const MOST_FILES: usize = 10_000;

/// All of them, in the order of the entries.
pub(crate) fn config_files(entries: &[Entry]) -> Vec<ConfigFile> {
    let is_file = |entry: &&Entry| entry.kind != EntryKind::Submodule && !is_foreign(&entry.path);
    let named = |entry: &Entry| Some(ConfigFile { path: entry.path.clone(), kind: kind_of(&entry.path)?.to_owned() });
    entries.iter().filter(is_file).filter_map(named).take(MOST_FILES).collect()
}

fn kind_of(path: &str) -> Option<&'static str> {
    let name = file_name(path);
    let lower = name.to_ascii_lowercase();
    let extension = lower.rsplit_once('.').map_or("", |(_, extension)| extension);
    let rules: [(&'static str, bool); 10] = [
        ("env", is_env(&lower)),
        ("compose", matches!(extension, "yml" | "yaml") && is_compose(&lower)),
        ("docker", is_dockerfile(name) || lower == ".dockerignore" || lower.ends_with(".dockerignore")),
        ("ci", is_ci(path, &lower)),
        ("terraform", matches!(extension, "tf" | "tfvars" | "hcl") || lower.ends_with(".tf.json")),
        ("kubernetes", is_kubernetes(path, &lower, extension)),
        ("editor", is_editor(path, &lower)),
        ("lint", is_lint(&lower)),
        ("build", is_build(&lower, extension)),
        ("app", is_app(path, &lower, extension)),
    ];
    rules.into_iter().find(|(_, applies)| *applies).map(|(kind, _)| kind)
}

/// `.env`, `.env.example`, `prod.env`, `.envrc`.
fn is_env(name: &str) -> bool {
    name == ".env" || name == ".envrc" || name.starts_with(".env.") || name.ends_with(".env") || name == "env.example"
}

fn is_ci(path: &str, name: &str) -> bool {
    const FILES: [&str; 14] = [
        ".gitlab-ci.yml",
        ".travis.yml",
        "appveyor.yml",
        ".appveyor.yml",
        "jenkinsfile",
        "azure-pipelines.yml",
        "bitbucket-pipelines.yml",
        ".drone.yml",
        "cloudbuild.yaml",
        "cloudbuild.yml",
        "buildspec.yml",
        ".cirrus.yml",
        "renovate.json",
        "codecov.yml",
    ];
    const PLACES: [&str; 4] = [".circleci/", ".buildkite/", ".woodpecker/", ".github/"];
    let at_github = path.starts_with(".github/")
        && !path.contains("_TEMPLATE/")
        && (name.ends_with(".yml") || name.ends_with(".yaml"));
    let place = PLACES[..3].iter().any(|place| path.starts_with(place));
    FILES.contains(&name)
        || at_github
        || place
        || name == "action.yml"
        || name == "action.yaml"
        || name == "dependabot.yml"
}

fn is_kubernetes(path: &str, name: &str, extension: &str) -> bool {
    const FILES: [&str; 4] = ["kustomization.yaml", "kustomization.yml", "chart.yaml", "skaffold.yaml"];
    const PLACES: [&str; 8] = ["k8s", "kubernetes", "helm", "charts", "manifests", "kustomize", "openshift", "argocd"];
    const OBJECTS: [&str; 8] =
        ["deployment", "service", "ingress", "configmap", "statefulset", "daemonset", "cronjob", "namespace"];
    let is_yaml = matches!(extension, "yml" | "yaml");
    let stem = name.split('.').next().unwrap_or_default();
    let placed = directory(path).split('/').any(|part| PLACES.contains(&part));
    FILES.contains(&name) || (is_yaml && (placed || OBJECTS.contains(&stem)))
}

fn is_editor(path: &str, name: &str) -> bool {
    const FILES: [&str; 5] = [".editorconfig", ".gitattributes", ".gitignore", ".gitmodules", ".mailmap"];
    FILES.contains(&name)
        || [".vscode/", ".idea/", ".devcontainer/"].iter().any(|place| path.starts_with(place))
        || name.ends_with(".code-workspace")
}

fn is_app(path: &str, name: &str, extension: &str) -> bool {
    // Translations have the same form and configure nothing.
    if name.starts_with("messages") {
        return false;
    }
    const STEMS: [&str; 10] = [
        "config",
        "settings",
        "application",
        "appsettings",
        "bootstrap",
        "logback",
        "log4j2",
        "nginx",
        "database",
        "app.config",
    ];
    const PLACES: [&str; 4] = ["config", "conf", "settings", "etc"];
    let is_data = matches!(extension, "yml" | "yaml" | "toml" | "json" | "ini" | "conf" | "properties" | "xml" | "cfg");
    let stem = name.split(['.', '-']).next().unwrap_or_default();
    let placed = directory(path).split('/').next_back().is_some_and(|part| PLACES.contains(&part));
    const FILES: [&str; 8] = [
        "procfile",
        "app.yaml",
        "fly.toml",
        "vercel.json",
        "netlify.toml",
        "serverless.yml",
        "render.yaml",
        "heroku.yml",
    ];
    FILES.contains(&name)
        || matches!(extension, "ini" | "conf" | "properties")
        || (is_data && (placed || STEMS.contains(&stem)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_places_tell_the_kind() {
        let cases = [
            (".env.example", Some("env")),
            ("deploy/prod.env", Some("env")),
            ("environment.ts", None),
            ("docker-compose.yml", Some("compose")),
            ("Dockerfile.dev", Some("docker")),
            (".dockerignore", Some("docker")),
            (".github/workflows/ci.yml", Some("ci")),
            (".github/dependabot.yml", Some("ci")),
            (".github/README.md", None),
            (".github/ISSUE_TEMPLATE/bug.yml", None),
            ("src/main/resources/messages_de.properties", None),
            ("gradle/wrapper/gradle-wrapper.properties", Some("build")),
            (".circleci/config.yml", Some("ci")),
            ("Jenkinsfile", Some("ci")),
            ("infra/main.tf", Some("terraform")),
            ("infra/prod.tfvars", Some("terraform")),
            ("k8s/api.yaml", Some("kubernetes")),
            ("deploy/deployment.yaml", Some("kubernetes")),
            ("helm/templates/x.tpl", None),
            (".editorconfig", Some("editor")),
            (".vscode/settings.json", Some("editor")),
            (".eslintrc.json", Some("lint")),
            ("eslint.config.mjs", Some("lint")),
            ("ruff.toml", Some("lint")),
            ("Makefile", Some("build")),
            ("tsconfig.build.json", Some("build")),
            ("src/App.csproj", Some("build")),
            ("src/main/resources/application.yml", Some("app")),
            ("application-prod.properties", Some("app")),
            ("appsettings.Development.json", Some("app")),
            ("config/database.yml", Some("app")),
            ("nginx.conf", Some("app")),
            ("main.rs", None),
            ("", None),
        ];
        for (path, kind) in cases {
            assert_eq!(kind_of(path), kind, "{path}");
        }
    }
}
