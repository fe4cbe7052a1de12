//! Zips for Lambda: the program under the name that its custom runtimes have, and the configuration beside it.

use std::io::{Cursor, Write};
use std::path::Path;

use ::zip::write::SimpleFileOptions;
use ::zip::{CompressionMethod, DateTime, ZipWriter};
use anyhow::{Context, bail};

use crate::package::build::{Arch, Program};
use crate::package::elf;
use crate::package::manifest::Manifest;

/// What every function reads at its start.
pub const CONFIGURATION: [&str; 2] = ["config/pipeline.yaml", "config/relationships.json"];
/// What a zip may have, in bytes, because a cold start loads it first: the webhook's sender waits for `webhook-ingest`, and
/// only `code-analysis` has all grammars.
const LIMITS: [(&str, u64); 2] = [("webhook-ingest", 4_000_000), ("code-analysis", 20_000_000)];
const LIMIT: u64 = 8_000_000;

/// Writes one a function into `folder`, and nothing if one is refused.
pub fn write(
    root: &Path,
    folder: &Path,
    programs: &[Program],
    arch: Arch,
    manifest: &mut Manifest,
) -> anyhow::Result<()> {
    let mut zips = Vec::new();
    for Program { name, bytes } in programs {
        let needs = elf::needs(bytes).with_context(|| format!("cannot read the program of {name}"))?;
        elf::check_for_lambda(name, &needs)?;
        let zip = zip(root, bytes)?;
        check_size(name, zip.len() as u64)?;
        zips.push((name, zip));
    }
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for (name, zip) in zips {
        let path = folder.join(format!("{name}.zip"));
        std::fs::write(&path, &zip).with_context(|| format!("cannot write {}", path.display()))?;
        manifest.add(name, "lambda", arch.name(), &zip);
    }
    Ok(())
}

/// Entries in the order of their names, all from the same moment.
fn zip(root: &Path, program: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let options = options.compression_level(Some(9)).last_modified_time(DateTime::default());
    zip.start_file("bootstrap", options.unix_permissions(0o755))?;
    zip.write_all(program)?;
    for name in CONFIGURATION {
        zip.start_file(name, options.unix_permissions(0o644))?;
        zip.write_all(&std::fs::read(root.join(name)).with_context(|| format!("cannot read {name}"))?)?;
    }
    Ok(zip.finish()?.into_inner())
}

fn check_size(name: &str, bytes: u64) -> anyhow::Result<()> {
    let limit = LIMITS.iter().find(|(function, _)| *function == name).map_or(LIMIT, |(_, limit)| *limit);
    if bytes <= limit {
        return Ok(());
    }
    bail!("the zip of {name} has {bytes} bytes and may have {limit}: see what it links (cargo tree -p {name})")
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn the_same_program_gives_the_same_zip() {
        let program = vec![7; 100_000];
        let zip = |program: &[u8]| zip(&crate::root(), program).expect("a zip");
        assert_eq!(zip(&program), zip(&program));
        assert_ne!(zip(&program), zip(b"another"));
    }

    #[test]
    fn lambda_finds_what_it_starts() {
        let bytes = zip(&crate::root(), b"the program").expect("a zip");
        let mut archive = ::zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
        let names: Vec<String> = archive.file_names().map(|name| name.expect("a name").into_owned()).collect();
        assert_eq!(names, ["bootstrap", "config/pipeline.yaml", "config/relationships.json"]);
        for (name, mode) in [("bootstrap", 0o100_755), ("config/pipeline.yaml", 0o100_644)] {
            assert_eq!(archive.by_name(name).expect(name).unix_mode(), Some(mode), "{name}");
        }
        let mut program = String::new();
        archive.by_name("bootstrap").expect("a program").read_to_string(&mut program).expect("reads");
        assert_eq!(program, "the program");
    }

    #[test]
    fn each_function_has_its_limit() {
        for (name, limit) in [("webhook-ingest", 4_000_000), ("code-analysis", 20_000_000), ("notify", 8_000_000)] {
            check_size(name, limit).expect(name);
            assert!(check_size(name, limit + 1).is_err(), "{name}");
        }
    }
}
