//! Ports that a service listens on, as its files say.

use outline::Format;

use super::flags::flags;
use crate::comparison::Side;

pub(crate) fn is_dockerfile(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    name.starts_with("dockerfile") || name.ends_with(".dockerfile") || name.starts_with("containerfile")
}

pub(super) fn is_compose(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.contains("compose") && outline::format_of(path) == Some(Format::Yaml)
}

/// Ports that a service listens on, as its files say, with their lines.
pub(crate) fn ports(side: &Side) -> Vec<(u16, u32)> {
    let mut out = Vec::new();
    if is_dockerfile(&side.path) {
        for instruction in outline::instructions(side.text()).iter().filter(|i| i.name == "EXPOSE") {
            let words = instruction.arguments.split_whitespace();
            out.extend(words.filter_map(|w| w.split('/').next()?.parse().ok()).map(|port| (port, instruction.line)));
        }
    } else if side.path.ends_with(".conf") || side.path.contains("nginx") {
        out.extend(listens(side.text()));
    } else if is_compose(&side.path) {
        for key in outline::keys(Format::Yaml, side.text()) {
            if key.path.iter().any(|part| part == "ports" || part == "expose") {
                let inner = key.value.rsplit(':').next().and_then(|p| p.split('/').next()?.parse().ok());
                out.extend(inner.map(|port| (port, key.line)));
            }
        }
    } else if outline::format_of(&side.path) == Some(Format::Yaml) {
        let keys = outline::keys(Format::Yaml, side.text());
        let named = keys.iter().filter(|key| key.name() == "containerPort");
        out.extend(named.filter_map(|key| Some((key.value.parse().ok()?, key.line))));
    }
    for flag in flags(side).iter().filter(|flag| flag.name == "port") {
        out.extend(flag.value.parse().ok().map(|port| (port, flag.line)));
    }
    out
}

/// `listen 80;`, `listen [::]:80 default_server;`, `listen 0.0.0.0:80;`.
fn listens(text: &str) -> Vec<(u16, u32)> {
    let mut out = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let Some(rest) = line.trim().strip_prefix("listen") else { continue };
        if !rest.starts_with([' ', '\t']) {
            continue;
        }
        let address = rest.trim_start().split([' ', ';']).next().unwrap_or("");
        let port = address.rsplit(':').next().and_then(|port| port.parse().ok());
        out.extend(port.map(|port| (port, u32::try_from(at + 1).unwrap_or(u32::MAX))));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(path: &str, text: &str) -> Side {
        Side { path: path.to_owned(), text: Some(text.to_owned()), analysis: None }
    }

    #[test]
    fn ports_in_their_files() {
        let cases = [
            ("Dockerfile", "FROM a\nEXPOSE 80/tcp 443\n", vec![(80, 2), (443, 2)]),
            (
                "etc/nginx/site.conf",
                "server {\n  listen [::]:8080 default;\n  listen 80;\n  listening 9;\n",
                vec![(8080, 2), (80, 3)],
            ),
            ("docker-compose.yml", "services:\n  a:\n    ports:\n      - \"8081:80\"\n", vec![(80, 4)]),
            ("k8s/deploy.yaml", "ports:\n- containerPort: 90\n", vec![(90, 2)]),
            ("deploy.sh", "gcloud run deploy x --port=8000\n", vec![(8000, 1)]),
            ("a.py", "port = 80", vec![]),
        ];
        for (path, text, expected) in cases {
            assert_eq!(ports(&side(path, text)), expected, "{path}");
        }
    }
}
