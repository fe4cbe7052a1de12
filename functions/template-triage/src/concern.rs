//! Which of the relationship's concerns a hunk belongs to, by its path and its changed lines.

use crate::Concerns;
use crate::hunk::Hunk;

/// What the relationship says about a hunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Say {
    /// Both sides share it.
    Shared(Vec<&'static str>),
    /// Each side decides for itself: this concern.
    Divergent(String),
    /// Nobody listed it.
    Unlisted(Vec<&'static str>),
}

impl Concerns {
    /// Who decides about this hunk of `path`.
    pub(crate) fn say(&self, path: &str, hunk: &Hunk<'_>, routes: &[(u32, u32)]) -> Say {
        let concerns = of(path, hunk, routes);
        let listed = |list: &[String], word: &str| list.iter().any(|item| item == word);
        if listed(&self.divergent, path) {
            return Say::Divergent(path.to_owned());
        }
        if let Some(concern) = concerns.iter().find(|concern| listed(&self.divergent, concern)) {
            return Say::Divergent((*concern).to_owned());
        }
        let shared = self.shared.is_empty() || concerns.iter().any(|concern| listed(&self.shared, concern));
        if shared || listed(&self.shared, path) { Say::Shared(concerns) } else { Say::Unlisted(concerns) }
    }
}

/// Names of the concerns, the path's own first. Code of the program is application logic whatever else a hunk of it says:
/// a health check in it is both, so that a derivative that goes its own way there hears of neither.
pub(crate) fn of(path: &str, hunk: &Hunk<'_>, routes: &[(u32, u32)]) -> Vec<&'static str> {
    let lower = path.to_ascii_lowercase();
    let text = hunk.removed.iter().chain(&hunk.added).map(|line| line.to_ascii_lowercase());
    let text = text.collect::<Vec<_>>().join("\n");
    let mut concerns = Vec::new();
    concerns.extend(by_path(&lower).or_else(|| is_program(&lower).then_some("application_logic")));
    concerns.extend(by_words(&lower, &text));
    let first = hunk.after_start;
    let last = first + u32::try_from(hunk.added.len()).unwrap_or(u32::MAX / 2);
    if routes.iter().any(|&(start, end)| start < last && end >= first) {
        concerns.push("api_endpoints");
    }
    if concerns.is_empty() {
        concerns.push(if is_configuration(&lower) { "infrastructure" } else { "application_logic" });
    }
    concerns
}

fn by_path(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let starts = |words: &[&str]| words.iter().any(|word| name.starts_with(word));
    let within = |words: &[&str]| path.split('/').any(|part| words.contains(&part));
    let ends = |words: &[&str]| words.iter().any(|word| name.ends_with(word));
    let yaml = ends(&[".yml", ".yaml"]);
    if starts(&["dockerfile", "containerfile", "docker-bake"])
        || ends(&[".dockerfile", ".dockerignore"])
        || (yaml && starts(&["docker-compose", "compose"]))
    {
        return Some("docker");
    }
    if within(&["workflows", ".circleci", ".buildkite", "deploy", "deployment", "deployments", "cloudbuild"])
        || starts(&[
            "deploy",
            "cloudbuild",
            "jenkinsfile",
            "procfile",
            "fly.toml",
            "entrypoint",
            "release",
            "publish",
            "skaffold",
        ])
        || starts(&[
            ".gitlab-ci",
            "azure-pipelines",
            "vercel.json",
            "netlify.toml",
            "render.yaml",
            "app.yaml",
            ".travis",
            "appveyor",
        ])
        || ends(&[".service"])
    {
        return Some("deployment");
    }
    if ends(&[".tf", ".tfvars", ".hcl", ".bicep"])
        || within(&[
            "terraform",
            "k8s",
            "kubernetes",
            "helm",
            "charts",
            "manifests",
            "ansible",
            "pulumi",
            "infra",
            "infrastructure",
        ])
        || starts(&[
            "makefile",
            "justfile",
            ".gitattributes",
            ".gitignore",
            ".editorconfig",
            ".pre-commit",
            "renovate",
            "dependabot",
        ])
    {
        return Some("infrastructure");
    }
    if is_tooling(path, name) {
        return Some("infrastructure");
    }
    within(&["billing", "pricing", "domain", "business"]).then_some("business_logic")
}

/// Source code of the program itself. Shell scripts are not: what they are about shows in their words.
fn is_program(path: &str) -> bool {
    const EXTENSIONS: &[&str] = &[
        "c", "cc", "cpp", "cs", "dart", "ex", "exs", "go", "h", "hpp", "java", "js", "jsx", "kt", "kts", "mjs", "php",
        "py", "rb", "rs", "scala", "svelte", "swift", "ts", "tsx", "vue",
    ];
    let name = path.rsplit('/').next().unwrap_or(path);
    bare(name).rsplit_once('.').is_some_and(|(_, extension)| EXTENSIONS.contains(&extension))
}

/// The name that a template engine leaves.
fn bare(name: &str) -> &str {
    let engines = [".jinja", ".jinja2", ".j2", ".tmpl", ".template", ".tpl"];
    engines.iter().find_map(|engine| name.strip_suffix(engine)).unwrap_or(name)
}

/// What builds, tests, documents and formats the program, and is not part of it.
fn is_tooling(path: &str, name: &str) -> bool {
    const NAMES: &[&str] = &["conf.py", "setup.py", "noxfile.py", "duties.py", "tasks.py", "fabfile.py", "build.rs"];
    const FOLDERS: &[&str] = &["docs", "doc", "tools", "tooling", "scripts", "ci", ".github", ".ci"];
    let name = bare(name);
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    NAMES.contains(&name)
        || [".config.js", ".config.ts", ".config.mjs", ".config.cjs"].iter().any(|end| name.ends_with(end))
        || folders.split('/').any(|part| FOLDERS.contains(&part))
}

fn by_words(path: &str, text: &str) -> Vec<&'static str> {
    const WORDS: &[(&str, &[&str])] = &[
        ("gpu_configuration", &["gpu", "cuda", "nvidia", "vram", "tensor-parallel", "tensor_parallel"]),
        (
            "health_checks",
            &[
                "healthcheck",
                "health_check",
                "health-check",
                "/health",
                "livenessprobe",
                "readinessprobe",
                "startup-probe",
                "startupprobe",
                "/readyz",
                "/livez",
            ],
        ),
        (
            "logging",
            &[
                "logging",
                "logger",
                "log_level",
                "log-level",
                "loglevel",
                "structlog",
                "loguru",
                "logback",
                "log4j",
                "tracing_subscriber",
            ],
        ),
        (
            "monitoring",
            &[
                "prometheus",
                "grafana",
                "opentelemetry",
                "otel",
                "datadog",
                "sentry",
                "statsd",
                "/metrics",
                "alertmanager",
            ],
        ),
        (
            "model_specific",
            &[
                "model_name",
                "model_id",
                "model-name",
                "model-id",
                "model_path",
                "model_revision",
                "--model",
                "huggingface.co",
            ],
        ),
    ];
    let said = |words: &[&str]| words.iter().any(|word| has_word(path, word) || has_word(text, word));
    WORDS.iter().filter(|(_, words)| said(words)).map(|(concern, _)| *concern).collect()
}

/// `word` in `text`, not inside a longer word of letters.
fn has_word(text: &str, word: &str) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    let starts_with_letter = letter(word.chars().next());
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].trim_start_matches('s').chars().next();
        !(letter(after) || (starts_with_letter && letter(before)))
    })
}

fn is_configuration(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    [".yml", ".yaml", ".toml", ".json", ".ini", ".cfg", ".env", ".properties", ".conf"]
        .iter()
        .any(|e| name.ends_with(e))
        || name.starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_words_name_their_concerns() {
        for (path, line, expected) in [
            ("Dockerfile", "RUN x", &["docker"][..]),
            ("docker-compose.gpu.yml", "x: 1", &["docker", "gpu_configuration"]),
            ("k8s/api.yaml", "livenessProbe:", &["infrastructure", "health_checks"]),
            ("cloudbuild.yaml", "--no-gpu-zonal-redundancy", &["deployment", "gpu_configuration"]),
            (".github/workflows/ci.yml", "uses: x", &["deployment"]),
            (".gitattributes", "*.sh text eol=lf", &["infrastructure"]),
            ("main.tf", "memory = 1", &["infrastructure"]),
            ("app/log.py", "logger.info(x)", &["application_logic", "logging"]),
            ("app/main.py", "@app.get('/health')", &["application_logic", "health_checks"]),
            ("app/main.py.jinja", "x = 1", &["application_logic"]),
            ("settings.yaml", "log_level: info", &["logging"]),
            ("start.sh", "exec serve --gpu=1", &["gpu_configuration"]),
            ("app/blog.py", "catalog = 1", &["application_logic"]),
            ("app/x.py", "MODEL_NAME = 'a'", &["application_logic", "model_specific"]),
            ("docs/conf.py", "project = 1", &["infrastructure"]),
            ("project/duties.py.jinja", "x = 1", &["infrastructure"]),
            ("vite.config.ts", "x: 1", &["infrastructure"]),
            ("settings.toml", "x = 1", &["infrastructure"]),
            ("src/main.rs", "fn main() {}", &["application_logic"]),
            ("src/billing/x.rs", "fn price() {}", &["business_logic"]),
        ] {
            let hunk = Hunk::bare(vec![], vec![line]);
            assert_eq!(of(path, &hunk, &[]), expected, "{path}: {line}");
        }
        let hunk = Hunk::bare(vec![], vec!["@app.get('/x')"]);
        assert_eq!(of("app.py", &hunk, &[(1, 1)]), ["application_logic", "api_endpoints"]);
    }

    #[test]
    fn what_diverges_wins() {
        let list = |words: &[&str]| words.iter().map(|&w| w.to_owned()).collect::<Vec<_>>();
        let hunk = Hunk::bare(vec![], vec!["--gpu=1"]);
        for (shared, divergent, path, expected) in [
            (&["deployment"][..], &[][..], "cloudbuild.yaml", "shared"),
            (&["deployment"], &["gpu_configuration"], "cloudbuild.yaml", "divergent"),
            (&["docker"], &[], "cloudbuild.yaml", "unlisted"),
            (&[], &[], "anything", "shared"),
            (&[], &["cloudbuild.yaml"], "cloudbuild.yaml", "divergent"),
            (&["gpu_configuration"], &["application_logic"], "app/run.py", "divergent"),
            (&["gpu_configuration"], &["application_logic"], "run.sh", "shared"),
        ] {
            let say = Concerns { shared: list(shared), divergent: list(divergent) }.say(path, &hunk, &[]);
            let word = match say {
                Say::Shared(_) => "shared",
                Say::Divergent(_) => "divergent",
                Say::Unlisted(_) => "unlisted",
            };
            assert_eq!(word, expected, "{path} {shared:?} {divergent:?}");
        }
    }
}
