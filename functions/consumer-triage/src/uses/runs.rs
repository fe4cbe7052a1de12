//! Where the consumer runs the provider's image, or builds on it, and what it says there itself.

mod image;
mod manifest;
mod written;

pub(crate) use self::image::Image;

use crate::dependent::{File, Place};
use crate::uses::Asked;

/// One place that runs the image.
#[derive(Debug, Clone)]
pub(crate) struct Run<'a> {
    pub file: &'a File,
    pub how: How,
    /// The line that names the image.
    pub line: u32,
    /// First and last line of everything that is said about it.
    pub block: (u32, u32),
    /// Its name in the file, by which others wait for it.
    pub name: Option<String>,
    /// Program that takes the place of the image's own.
    pub entrypoint: Option<Part>,
    /// Command, or arguments, that take the place of the image's own.
    pub command: Option<Part>,
    /// Checks that are asked in place of the image's own.
    pub health: Vec<Part>,
    /// What is run while another image is made from it.
    pub made_with: Vec<Part>,
    /// Names of variables that are set.
    pub variables: Vec<String>,
    /// Files, maps and secrets that set more of them.
    pub more_variables: Vec<String>,
}

/// Some words, where they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub text: String,
    pub line: u32,
}

/// How an image is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// Another image is made from it, and is started as it is.
    LastBase,
    /// A stage of another image is made from it.
    Base,
    /// It is run.
    Container,
}

impl<'a> Run<'a> {
    fn of(file: &'a File, how: How, line: u32) -> Self {
        Self {
            file,
            how,
            line,
            block: (line, line),
            name: None,
            entrypoint: None,
            command: None,
            health: Vec::new(),
            made_with: Vec::new(),
            variables: Vec::new(),
            more_variables: Vec::new(),
        }
    }

    /// Lines of the block with their numbers.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (u32, &'a str)> {
        let (first, last) = self.block;
        self.file.lines().filter(move |(line, _)| (first..=last).contains(line))
    }
}

/// Places that are read of one file: what has more of them is a list of images, not a deployment.
const MAX_RUNS: usize = 200;

/// Every place that follows the provider.
#[derive(Debug, Default)]
pub(crate) struct Places<'a> {
    pub runs: Vec<Run<'a>>,
    /// Why another place does not follow, for people.
    pub note: Option<String>,
}

/// Reads the consumer's files once, whatever is asked of them.
pub(crate) fn find<'a>(asked: &Asked<'a>) -> &'a Places<'a> {
    asked.places.get_or_init(|| read(asked))
}

fn read<'a>(asked: &Asked<'a>) -> Places<'a> {
    let mut out = Places::default();
    let dependent = asked.dependent;
    let near = |file: &&File| file.place != Place::Test && asked.contact.is_near(file);
    for file in dependent.files.iter().filter(near) {
        let of_file = written::runs(file, asked).into_iter().chain(manifest::runs(file, asked));
        for (run, image) in of_file {
            match image.pinned(&asked.case.change) {
                Some(to) => out.note = Some(format!("{}:{} is pinned to {to}", run.file.path, run.line)),
                None => out.runs.push(run),
            }
        }
    }
    out
}
