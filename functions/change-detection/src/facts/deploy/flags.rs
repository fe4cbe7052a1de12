//! Flags of deployments: in scripts, in blocks of YAML and in its lists of words.

use outline::Format;

use crate::comparison::Side;

/// Flags of `gcloud run deploy`, `docker run`, `kubectl` and friends that callers can notice.
const NOTICED: &[&str] = &[
    "min-instances",
    "max-instances",
    "timeout",
    "memory",
    "cpu",
    "region",
    "concurrency",
    "ingress",
    "allow-unauthenticated",
    "no-allow-unauthenticated",
    "port",
    "gpu",
    "cpu-throttling",
    "no-cpu-throttling",
    "session-affinity",
    "use-http2",
];

/// A flag with its value, where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting {
    pub name: String,
    pub value: String,
    pub line: u32,
}

/// Flags of deployments in scripts, and in the command lists of YAML files.
pub(crate) fn flags(side: &Side) -> Vec<Setting> {
    let path = side.path.as_str();
    let mut out = Vec::new();
    if path.ends_with(".sh") || path.ends_with("Makefile") || path.ends_with("justfile") {
        collect(&outline::commands(side.text(), 1), &mut out);
    } else if outline::format_of(path) == Some(Format::Yaml) {
        yaml_flags(side.text(), &mut out);
    }
    out
}

fn collect(commands: &[outline::Command], out: &mut Vec<Setting>) {
    for command in commands {
        for flag in command.flags() {
            let name = flag.name.trim_start_matches('-').to_owned();
            if NOTICED.contains(&name.as_str()) {
                out.push(Setting { name, value: flag.value, line: flag.line });
            }
        }
    }
}

/// `run: |` blocks are scripts; `- '--memory'`, `- '8Gi'` are words of one command.
fn yaml_flags(text: &str, out: &mut Vec<Setting>) {
    let keys = outline::keys(Format::Yaml, text);
    let mut list: Option<(Vec<String>, outline::Command)> = None;
    for key in &keys {
        let parent = key.path[..key.path.len().saturating_sub(1)].to_vec();
        let is_item = key.name().bytes().all(|b| b.is_ascii_digit()) && !key.value.contains('\n');
        if is_item && !key.value.is_empty() {
            let word = outline::Word { text: key.value.clone(), line: key.line };
            match &mut list {
                Some((of, command)) if *of == parent => command.words.push(word),
                _ => {
                    collect(&list.take().map(|(_, command)| command).into_iter().collect::<Vec<_>>(), out);
                    list = Some((parent, outline::Command { words: vec![word], line: key.line }));
                }
            }
        } else if key.end > key.line {
            collect(&outline::commands(&key.value, key.line.saturating_add(1)), out);
        } else if key.value.contains(" --") {
            collect(&outline::commands(&key.value, key.line), out);
        }
    }
    collect(&list.map(|(_, command)| command).into_iter().collect::<Vec<_>>(), out);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(path: &str, text: &str) -> Side {
        Side { path: path.to_owned(), text: Some(text.to_owned()), analysis: None }
    }

    #[test]
    fn flags_in_scripts_blocks_and_lists() {
        let yaml = "steps:\n- args:\n  - run\n  - '--timeout'\n  - '300'\n- run: |\n    gcloud run deploy \\\n      --memory=8Gi\n- cmd: x --region us\n";
        let found: Vec<_> =
            flags(&side("cloudbuild.yaml", yaml)).into_iter().map(|f| (f.name, f.value, f.line)).collect();
        let expected = [("timeout", "300", 4), ("memory", "8Gi", 8), ("region", "us", 9)];
        let mut expected: Vec<_> = expected.map(|(n, v, l)| (n.to_owned(), v.to_owned(), l)).into();
        let mut found = found;
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
    }
}
