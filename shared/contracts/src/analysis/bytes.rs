//! An analysis as bytes, for a pipe and for the store: numbers as variable-length integers, texts with their length before
//! them, fields in their order. Nothing describes itself; who keeps bytes keeps [`FileAnalysis::LAYOUT`] with them. As
//! JSON, written and read, an analysis cost about a tenth of its parse, and three times the room.

use super::{Call, EnvRead, FileAnalysis, Import, Literal, Mount, ParseStatus, Route, Symbol, SymbolKind};

const KINDS: [SymbolKind; 6] = [
    SymbolKind::Function,
    SymbolKind::Method,
    SymbolKind::Class,
    SymbolKind::Type,
    SymbolKind::Constant,
    SymbolKind::Section,
];

impl FileAnalysis {
    /// Which layout [`FileAnalysis::to_bytes`] writes: changes with it.
    pub const LAYOUT: &str = "2";

    /// Writes. Every struct is taken apart by name, so that a new field does not compile until it is written here.
    pub fn to_bytes(&self) -> Vec<u8> {
        let Self { language, lines, status, code_hash, symbols, imports, calls, routes, mounts, env, literals } = self;
        let mut out = Writer(Vec::with_capacity(64 + 40 * (symbols.len() * 2 + calls.len() + literals.len())));
        out.text(language);
        out.number(u64::from(*lines));
        match status {
            ParseStatus::Parsed => out.number(0),
            ParseStatus::SyntaxErrors(count) => {
                out.number(1);
                out.number(u64::from(*count));
            }
            ParseStatus::Failed(why) => {
                out.number(2);
                out.text(why);
            }
        }
        out.number(*code_hash);
        out.list(symbols, |out, Symbol { kind, name, container, exported, signature, decorators, start, end }| {
            out.number(KINDS.iter().position(|known| known == kind).unwrap_or_default() as u64);
            out.text(name);
            out.option(container);
            out.number(u64::from(*exported));
            out.text(signature);
            out.list(decorators, |out, text| out.text(text));
            out.lines(*start, *end);
        });
        out.list(imports, |out, Import { module, names, line }| {
            out.text(module);
            out.list(names, |out, name| out.text(name));
            out.number(u64::from(*line));
        });
        out.list(calls, |out, Call { callee, arity, named, line }| {
            out.text(callee);
            out.number(u64::from(*arity));
            out.list(named, |out, name| out.text(name));
            out.number(u64::from(*line));
        });
        out.list(routes, |out, Route { method, path, handler, owner, start, end }| {
            out.text(method);
            out.text(path);
            out.option(handler);
            out.option(owner);
            out.lines(*start, *end);
        });
        out.list(mounts, |out, Mount { target, prefix, owner, line }| {
            out.text(target);
            out.text(prefix);
            out.option(owner);
            out.number(u64::from(*line));
        });
        out.list(env, |out, EnvRead { name, default, required, line }| {
            out.text(name);
            out.option(default);
            out.number(u64::from(*required));
            out.number(u64::from(*line));
        });
        out.list(literals, |out, Literal { text, call, line }| {
            out.text(text);
            out.option(call);
            out.number(u64::from(*line));
        });
        out.0
    }

    /// Reads language, lines and status, and leaves all lists empty: for a reader who has searched the bytes, in which
    /// every text stands as it is, and found nothing that concerns him.
    pub fn head_from_bytes(bytes: &[u8]) -> Option<Self> {
        Self::head(&mut Reader(bytes))
    }

    fn head(from: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            language: from.text()?,
            lines: from.small()?,
            status: match from.number()? {
                0 => ParseStatus::Parsed,
                1 => ParseStatus::SyntaxErrors(from.small()?),
                2 => ParseStatus::Failed(from.text()?),
                _ => return None,
            },
            code_hash: from.number()?,
            ..Self::default()
        })
    }

    /// Reads; none where the bytes are not a whole analysis and nothing else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut from = Reader(bytes);
        let head = Self::head(&mut from)?;
        let analysis = Self {
            symbols: from.list(|from| {
                Some(Symbol {
                    kind: *KINDS.get(from.number()? as usize)?,
                    name: from.text()?,
                    container: from.option()?,
                    exported: from.number()? != 0,
                    signature: from.text()?,
                    decorators: from.list(Reader::text)?,
                    start: from.small()?,
                    end: from.small()?,
                })
            })?,
            imports: from.list(|from| {
                Some(Import { module: from.text()?, names: from.list(Reader::text)?, line: from.small()? })
            })?,
            calls: from.list(|from| {
                let callee = from.text()?;
                let arity = u8::try_from(from.number()?).ok()?;
                Some(Call { callee, arity, named: from.list(Reader::text)?, line: from.small()? })
            })?,
            routes: from.list(|from| {
                let (method, path, handler, owner) = (from.text()?, from.text()?, from.option()?, from.option()?);
                Some(Route { method, path, handler, owner, start: from.small()?, end: from.small()? })
            })?,
            mounts: from.list(|from| {
                let (target, prefix, owner) = (from.text()?, from.text()?, from.option()?);
                Some(Mount { target, prefix, owner, line: from.small()? })
            })?,
            env: from.list(|from| {
                let (name, default, required) = (from.text()?, from.option()?, from.number()? != 0);
                Some(EnvRead { name, default, required, line: from.small()? })
            })?,
            literals: from
                .list(|from| Some(Literal { text: from.text()?, call: from.option()?, line: from.small()? }))?,
            ..head
        };
        from.0.is_empty().then_some(analysis)
    }
}

struct Writer(Vec<u8>);

impl Writer {
    /// Seven bits a byte, the lowest first; the highest bit says that more follow.
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }

    /// Nothing is 0, a text is its length plus 1.
    fn option(&mut self, text: &Option<String>) {
        match text {
            None => self.number(0),
            Some(text) => {
                self.number(text.len() as u64 + 1);
                self.0.extend_from_slice(text.as_bytes());
            }
        }
    }

    fn lines(&mut self, start: u32, end: u32) {
        self.number(u64::from(start));
        self.number(u64::from(end));
    }

    fn list<T>(&mut self, items: &[T], write: impl Fn(&mut Self, &T)) {
        self.number(items.len() as u64);
        for item in items {
            write(self, item);
        }
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn small(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    fn text(&mut self) -> Option<String> {
        let length = self.number()?;
        self.bytes(length)
    }

    fn option(&mut self) -> Option<Option<String>> {
        match self.number()? {
            0 => Some(None),
            more => self.bytes(more - 1).map(Some),
        }
    }

    fn bytes(&mut self, length: u64) -> Option<String> {
        let (text, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        Some(std::str::from_utf8(text).ok()?.to_owned())
    }

    fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = usize::try_from(self.number()?).ok()?;
        // An item is a byte at least: a length that lies does not allocate.
        let mut items = Vec::with_capacity(count.min(self.0.len()));
        for _ in 0..count {
            items.push(read(self)?);
        }
        Some(items)
    }
}
