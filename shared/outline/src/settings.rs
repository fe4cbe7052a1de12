//! Settings of a running service that its callers can notice, wherever they are written: flags of command lines, keys of
//! compose, Kubernetes, Knative, serverless and Terraform files, variables.

mod hcl;
mod kind;
mod plain;
mod probe;
mod yaml;

pub use kind::Kind;
pub use probe::start_limit;

use crate::{Format, format_of};

/// A setting as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// What is set.
    pub kind: Kind,
    /// What it is set for and how it is spelt: equal on both sides of a change, whatever the lines are.
    pub owner: String,
    /// As written, without quotes.
    pub value: String,
    /// Line of its name, from 1.
    pub line: u32,
    /// Line of its value.
    pub end: u32,
}

/// The settings that a file holds. Values that only a variable knows are left out.
pub fn settings(path: &str, text: &str) -> Vec<Setting> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let mut out = match format_of(path) {
        Some(Format::Yaml) => yaml::settings(path, text),
        Some(Format::Env) => plain::variables(text),
        _ if is_dockerfile(&name) => plain::dockerfile(text),
        _ if name.ends_with(".sh") || matches!(name.as_str(), "makefile" | "justfile" | "procfile") => {
            plain::script(text)
        }
        _ if name.ends_with(".tf") || name.ends_with(".tfvars") => hcl::settings(text),
        _ => Vec::new(),
    };
    out.retain(|setting| setting.kind.fits(&setting.value));
    out
}

/// The value of a setting in a few lines of any format, as evidence quotes them.
pub fn value_in(kind: Kind, quote: &str) -> Option<String> {
    let words: Vec<&str> = plain::words(quote).collect();
    let named = words.iter().enumerate().filter_map(|(at, word)| {
        let follows = Kind::of(word) == Some(kind) || (kind == Kind::Model && *word == "serve");
        let rest = follows.then(|| &words[at + 1..])?;
        let value = rest.iter().find(|word| !matches!(**word, "value" | "default" | "-"))?;
        kind.fits(value).then(|| (*value).to_owned())
    });
    let mut named = named;
    named.next()
}

/// Files that say how an image is made.
fn is_dockerfile(name: &str) -> bool {
    name.starts_with("dockerfile") || name.ends_with(".dockerfile") || name.starts_with("containerfile")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &str, text: &str) -> Vec<String> {
        let found = settings(path, text).into_iter();
        found.map(|s| format!("{} {} @{}-{}", s.kind.as_str(), s.value, s.line, s.end)).collect()
    }

    #[test]
    fn settings_of_every_format() {
        let cases: &[(&str, &str, &[&str])] = &[
            (
                "deploy.sh",
                "gcloud run deploy x --timeout=300 \\\n  --min-instances 1 --memory \"8Gi\"\n",
                &["timeout 300 @1-1", "min_instances 1 @2-2", "memory 8Gi @2-2"],
            ),
            ("deploy.sh", "helm upgrade x --timeout 5m\ncurl --retries 3 y\npytest --timeout 9\n", &[]),
            ("deploy.sh", "gcloud run deploy x --timeout=$T --memory=${MEM}\n", &[]),
            ("run.sh", "export MODEL_NAME=org/m-7b\n", &["model org/m-7b @1-1"]),
            ("run.sh", "MODEL_NAME=${MODEL_NAME:-org/m-7b}\n", &["model org/m-7b @1-1"]),
            (
                "cloudbuild.yaml",
                "timeout: 1200s\nsubstitutions:\n  _REGION: us-east1\nsteps:\n- args:\n  - run\n  - deploy\n  - --timeout\n  - '300'\n",
                &["region us-east1 @3-3", "timeout 300 @8-9"],
            ),
            (
                "compose.yaml",
                "services:\n  llm:\n    image: v\n    command: --model org/m-7b --max-model-len 8192\n    healthcheck:\n      retries: 3\n      timeout: 5s\n",
                &["model org/m-7b @4-4", "context_length 8192 @4-4"],
            ),
            (
                "compose.yaml",
                "services:\n  a:\n    environment:\n      - MODEL_ID=org/m-7b\n      - X=1\n    mem_limit: 2g\n",
                &["model org/m-7b @4-4", "memory 2g @6-6"],
            ),
            (
                "k8s/a.yaml",
                "spec:\n  minReplicas: 2\n  template:\n    spec:\n      containers:\n      - name: a\n        resources:\n          requests:\n            memory: 1Gi\n          limits:\n            memory: 2Gi\n        livenessProbe:\n          timeoutSeconds: 3\n        env:\n        - name: MAX_MODEL_LEN\n          value: \"4096\"\n",
                &["min_instances 2 @2-2", "memory 2Gi @11-11", "context_length 4096 @15-16"],
            ),
            (
                "service.yaml",
                "spec:\n  template:\n    metadata:\n      annotations:\n        autoscaling.knative.dev/minScale: \"1\"\n    spec:\n      timeoutSeconds: 300\n      containerConcurrency: 80\n",
                &["min_instances 1 @5-5", "timeout 300 @7-7", "concurrency 80 @8-8"],
            ),
            (
                "main.tf",
                "resource \"g\" \"a\" {\n  template {\n    scaling {\n      min_instance_count = 1 # why\n    }\n    timeout = \"300s\"\n    containers { resources { limits = { memory = \"1Gi\" } } }\n  }\n}\n",
                &["min_instances 1 @4-4", "timeout 300s @6-6", "memory 1Gi @7-7"],
            ),
            (
                "serverless.yml",
                "provider:\n  region: us-east-1\nfunctions:\n  f:\n    timeout: 30\n    memorySize: 1024\n",
                &["region us-east-1 @2-2", "timeout 30 @5-5", "memory 1024 @6-6"],
            ),
            (
                "Dockerfile",
                "ENV MODEL_ID=a/b-1 X=1\nHEALTHCHECK --timeout=3s --retries=2 CMD x\nCMD [\"gunicorn\", \"--timeout\", \"60\"]\n",
                &["model a/b-1 @1-1", "timeout 60 @3-3"],
            ),
            (
                ".env.example",
                "MODEL_NAME=gpt-x\nREQUEST_TIMEOUT=30\nDB_TIMEOUT=3\n",
                &["model gpt-x @1-1", "timeout 30 @2-2"],
            ),
            (
                ".github/workflows/a.yml",
                "jobs:\n  a:\n    timeout-minutes: 3\n    strategy:\n      region: us-east-1\n",
                &[],
            ),
            ("a.py", "TIMEOUT = 3", &[]),
        ];
        for (path, text, expected) in cases {
            assert_eq!(told(path, text), *expected, "{path}\n{text}");
        }
    }

    #[test]
    fn values_in_quotes() {
        let cases = [
            (Kind::MinInstances, "gcloud run deploy x --timeout=300 --min-instances 1", Some("1")),
            (Kind::Timeout, "gcloud run deploy x --timeout=300 --min-instances 1", Some("300")),
            (Kind::Memory, "- '--memory'\n- '8Gi'", Some("8Gi")),
            (Kind::MinInstances, "autoscaling.knative.dev/minScale: \"0\"", Some("0")),
            (Kind::Model, "- name: MODEL_NAME\n  value: llama3:8b", Some("llama3:8b")),
            (Kind::Model, "CMD [\"vllm\", \"serve\", \"org/m-7b\"]", Some("org/m-7b")),
            (Kind::Model, "MODEL=$X", None),
            (Kind::Context, "", None),
        ];
        for (kind, quote, expected) in cases {
            assert_eq!(value_in(kind, quote).as_deref(), expected, "{quote}");
        }
    }

    #[test]
    fn odd_texts_never_panic() {
        for path in ["a.sh", "a.yaml", "a.tf", "Dockerfile", ".env", "cloudbuild.yaml", ".github/workflows/x.yml"] {
            for text in
                ["", "ä", "--", "--model", "}}}}", "{{{{", "=", "command: [", "env:\n- name:\n- value: ö", "CMD [\""]
            {
                let _ = settings(path, text);
                let _ = settings(path, &text.repeat(2_000));
            }
        }
    }
}
