//! Every room says what it is.

use super::floors::manifests;

pub fn check() -> anyhow::Result<Vec<String>> {
    let mut problems = Vec::new();
    for manifest in manifests()? {
        let Some(folder) = manifest.parent() else { continue };
        let name = folder.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let text = std::fs::read_to_string(folder.join("README.md")).unwrap_or_default();
        if text.trim().is_empty() {
            problems.push(format!("{name} has no README.md"));
        }
        let is_function = folder.components().any(|part| part.as_os_str() == "functions");
        let asked = ["Hears", "Says", "Asks", "Never"];
        for word in asked.iter().filter(|word| is_function && !text.contains(**word)) {
            problems.push(format!("functions/{name}/README.md does not say what it {}", word.to_lowercase()));
        }
    }
    Ok(problems)
}
