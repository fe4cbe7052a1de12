//! What a repository depends on, by its manifests and lock files.

mod actions;
mod around;
mod cargo;
mod composer;
mod docker;
mod go;
mod gradle;
mod maven;
mod msbuild;
mod npm;
mod npm_locks;
mod pip;
mod pyproject;
mod ruby;
mod setup;
mod terraform;
mod toml_lock;

use contracts::metadata::Dependency;

pub(crate) use around::Around;
pub(crate) use setup::settings;

use crate::format::Format;
use crate::found::Found;

/// The dependencies that one file declares, and what is wrong with it, if anything is.
pub(crate) fn read(path: &str, format: Format, text: &str, around: &Around) -> (Vec<Dependency>, Option<String>) {
    let Some((ecosystem, reader)) = reader_of(format) else { return (Vec::new(), None) };
    let mut found = Found::new(path, ecosystem);
    let problem = reader(&mut found, text, around).err();
    (found.into_list(), problem)
}

/// Adds what it finds and says what it could not understand.
type Reader = fn(&mut Found<'_>, &str, &Around) -> Result<(), String>;

fn reader_of(format: Format) -> Option<(&'static str, Reader)> {
    Some(match format {
        Format::CargoManifest => ("cargo", cargo::read),
        Format::TomlLock => ("pypi", toml_lock::read),
        Format::NpmManifest => ("npm", npm::read),
        Format::NpmLock => ("npm", npm_locks::read_npm),
        Format::PnpmLock => ("npm", npm_locks::read_pnpm),
        Format::YarnLock => ("npm", npm_locks::read_yarn),
        Format::Requirements => ("pypi", pip::read),
        Format::Pyproject => ("pypi", pyproject::read),
        Format::SetupCfg => ("pypi", setup::read_cfg),
        Format::SetupPy => ("pypi", setup::read_py),
        Format::Pipfile => ("pypi", pyproject::read_pipfile),
        Format::PipfileLock => ("pypi", pyproject::read_pipfile_lock),
        Format::GoMod => ("go", go::read),
        Format::MavenPom => ("maven", maven::read),
        Format::Gradle => ("maven", gradle::read),
        Format::GradleCatalog => ("maven", gradle::read_catalog),
        Format::GradleLock => ("maven", gradle::read_lock),
        Format::Gemfile | Format::Gemspec => ("gem", ruby::read),
        Format::GemfileLock => ("gem", ruby::read_lock),
        Format::ComposerManifest => ("composer", composer::read),
        Format::ComposerLock => ("composer", composer::read_lock),
        Format::MsBuild | Format::PackagesConfig => ("nuget", msbuild::read),
        Format::Dockerfile => ("docker", docker::read),
        Format::Compose => ("docker", docker::read_compose),
        Format::Workflow => ("github_actions", actions::read_workflow),
        Format::Action => ("github_actions", actions::read_action),
        Format::Terraform => ("terraform", terraform::read),
        Format::TerraformLock => ("terraform", terraform::read_lock),
        Format::PreCommit => ("pre_commit", actions::read_pre_commit),
        Format::Readme | Format::License | Format::Owners => return None,
    })
}
