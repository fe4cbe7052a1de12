//! JSON Schemas of what crosses a process boundary, made from the types and checked in.

use std::path::PathBuf;

use anyhow::Context;
use contracts::Envelope;
use contracts::messages::{
    ChangeReported, CodeAnalyzed, DashboardDue, DigestDue, IssueTouched, MetadataExtracted, NoticeDelivered,
    PreviewAdvanced, RepositoryReady, SnapshotTaken, StructureAnalyzed, TriageConsumer, TriageTemplate, VerdictReached,
};
use contracts::{Message, pipeline::Pipeline};
use schemars::JsonSchema;

use crate::root;

pub fn write() -> anyhow::Result<()> {
    for (path, text) in all()? {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

pub fn check() -> anyhow::Result<Vec<String>> {
    let is_stale = |(path, text): &(PathBuf, String)| std::fs::read_to_string(path).ok().as_ref() != Some(text);
    let name = |path: &PathBuf| path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let stale = all()?.into_iter().filter(is_stale);
    Ok(stale.map(|(path, _)| format!("{} is not current: run cargo xtask schemas", name(&path))).collect())
}

fn all() -> anyhow::Result<Vec<(PathBuf, String)>> {
    Ok(vec![
        message::<ChangeReported>()?,
        message::<SnapshotTaken>()?,
        message::<MetadataExtracted>()?,
        message::<StructureAnalyzed>()?,
        message::<CodeAnalyzed>()?,
        message::<RepositoryReady>()?,
        message::<TriageConsumer>()?,
        message::<TriageTemplate>()?,
        message::<VerdictReached>()?,
        message::<NoticeDelivered>()?,
        message::<IssueTouched>()?,
        message::<DigestDue>()?,
        message::<DashboardDue>()?,
        message::<PreviewAdvanced>()?,
        (root().join("config/pipeline.schema.json"), schema::<Pipeline>()?),
    ])
}

fn message<M: Message + JsonSchema>() -> anyhow::Result<(PathBuf, String)> {
    let path = root().join(format!("shared/contracts/wire/{}.schema.json", M::TOPIC));
    Ok((path, schema::<Envelope<M>>()?))
}

fn schema<T: JsonSchema>() -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(&schemars::schema_for!(T))? + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_writes_a_pipeline_reads_no_names_of_the_code() {
        let text = schema::<Pipeline>().expect("a schema");
        let links: Vec<&str> = text.lines().filter(|line| line.contains("[`")).collect();
        assert!(links.is_empty(), "{links:#?}");
    }
}
