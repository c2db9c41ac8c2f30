//! Defaults: the text that the server prints, read as Prisma reads it (Prisma facts 11.3).
//!
//! A text that is not understood to its end stays an expression; Prisma compares those as text.

mod rest;

use radoub_schema::model::{Arity, ColumnDefault, ColumnType, Literal};
use radoub_schema::name::Ident;
use radoub_schema::render::Fidelity;
use radoub_schema::types::NativeType;

use rest::{Rest, escaped};

/// The default of a column of this type; `None` when the text says that there is none.
///
/// Prisma misreads some texts: `(ARRAY['a'] || f())` as `ARRAY['a']`, `'1e-05'` as `1`, `NULL` in an
/// array constant as the word. [`Fidelity::Sound`] leaves them as expressions. And it misses some: a
/// bare name that starts with an underscore is none to it, so neither is `'A'::_colour` a constant
/// nor `nextval('_t_id_seq'::regclass)` a sequence (measured).
pub(super) fn parse(
    text: &str,
    kind: &ColumnType,
    arity: Arity,
    fidelity: Fidelity,
) -> Option<ColumnDefault> {
    if text.starts_with("NULL") {
        return None;
    }
    let reader = Reader { family: Family::of(kind), is_exact: fidelity == Fidelity::Exact };
    let parsed = if arity == Arity::List { reader.list(text) } else { reader.single(text) };
    Some(parsed.unwrap_or_else(|| ColumnDefault::Expression(Some(text.to_owned()))))
}

/// How a text is read.
#[derive(Debug, Clone, Copy)]
struct Reader {
    family: Family,
    /// Whether misread like Prisma.
    is_exact: bool,
}

/// How the defaults of a type are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Text,
    Json,
    Int,
    BigInt,
    Decimal,
    Boolean,
    Moment,
    Bytes,
    Enum,
    Other,
}

impl Family {
    fn of(kind: &ColumnType) -> Self {
        use NativeType as N;
        match kind {
            ColumnType::Enum(_) => Self::Enum,
            ColumnType::Unsupported(_) => Self::Other,
            ColumnType::Native(native) => match native {
                N::Text
                | N::VarChar(_)
                | N::Char(_)
                | N::Citext
                | N::Bit(_)
                | N::VarBit(_)
                | N::Xml
                | N::Inet => Self::Text,
                N::Json | N::JsonB => Self::Json,
                N::SmallInt | N::Integer | N::Oid => Self::Int,
                N::BigInt => Self::BigInt,
                N::Real | N::DoublePrecision | N::Decimal(_) | N::Money => Self::Decimal,
                N::Boolean => Self::Boolean,
                N::Date | N::Time(_) | N::Timetz(_) | N::Timestamp(_) | N::Timestamptz(_) => {
                    Self::Moment
                }
                N::ByteA => Self::Bytes,
                N::Uuid => Self::Other,
            },
        }
    }
}

impl Family {
    fn is_number(self) -> bool {
        matches!(self, Self::Int | Self::BigInt | Self::Decimal)
    }
}

impl Reader {
    fn single(self, text: &str) -> Option<ColumnDefault> {
        match self.family {
            Family::Moment => now(text),
            Family::Int | Family::BigInt if text.starts_with("nextval(") => {
                sequence(text, self.is_exact)
            }
            _ => {
                let mut rest = Rest(text);
                let literal = self.element(&mut rest)?;
                rest.is_empty().then_some(ColumnDefault::Value(literal))
            }
        }
    }

    fn list(self, text: &str) -> Option<ColumnDefault> {
        let mut rest = Rest(text);
        let parenthesis = self.is_exact && rest.symbol('(').is_some();
        let is_text = !rest.keyword("ARRAY");
        let elements = if !is_text {
            self.array(&mut rest)?
        } else if parenthesis {
            return None;
        } else {
            self.array_text(&rest.quoted()?)?
        };
        rest.casts(self.is_exact);
        // Behind a constant in quotes Prisma takes whatever there is.
        let is_over = parenthesis || (is_text && self.is_exact) || rest.is_empty();
        is_over.then_some(ColumnDefault::Value(Literal::List(elements)))
    }

    /// Takes the elements of `ARRAY[…]`, whose first word is gone.
    fn array(self, rest: &mut Rest<'_>) -> Option<Vec<Literal>> {
        rest.symbol('[')?;
        let mut elements = Vec::new();
        if rest.symbol(']').is_some() {
            return Some(elements);
        }
        loop {
            elements.push(self.element(rest)?);
            if rest.symbol(']').is_some() {
                return Some(elements);
            }
            rest.symbol(',')?;
        }
    }

    /// Takes a constant and the casts behind it; behind a whole number in parentheses there may be
    /// none.
    fn element(self, rest: &mut Rest<'_>) -> Option<Literal> {
        let parenthesis = self.family.is_number() && rest.symbol('(').is_some();
        let literal = self.literal(rest)?;
        if parenthesis {
            rest.symbol(')')?;
        }
        if !parenthesis || self.family == Family::Decimal {
            rest.casts(self.is_exact);
        }
        Some(literal)
    }

    /// Takes a constant of one value.
    fn literal(self, rest: &mut Rest<'_>) -> Option<Literal> {
        match self.family {
            Family::Text => rest.quoted().map(Literal::String),
            Family::Json => rest.quoted().map(Literal::Json),
            Family::Int => self.number(rest).map(Literal::Int),
            Family::BigInt => self.number(rest).map(Literal::BigInt),
            Family::Decimal => self.number(rest).map(Literal::Decimal),
            Family::Boolean => {
                rest.spaces();
                match rest.word()? {
                    "true" | "t" => Some(Literal::Boolean(true)),
                    "false" | "f" => Some(Literal::Boolean(false)),
                    _ => None,
                }
            }
            Family::Bytes => bytes(&rest.quoted()?).map(Literal::Bytes),
            Family::Enum => match rest.quoted() {
                Some(label) => Some(Literal::Enum(label)),
                None => rest.word().map(|label| Literal::Enum(label.to_owned())),
            },
            Family::Moment | Family::Other => None,
        }
    }

    /// Takes a number, in quotes or bare.
    fn number(self, rest: &mut Rest<'_>) -> Option<String> {
        rest.spaces();
        let fraction = self.family == Family::Decimal;
        if !rest.0.starts_with('\'') {
            return rest.digits(fraction);
        }
        let text = rest.quoted()?;
        let mut inner = Rest(&text);
        let exponent_is_lost =
            |inner: &Rest<'_>| self.is_exact && fraction && inner.0.starts_with(['e', 'E']);
        inner.digits(fraction).filter(|_| inner.is_empty() || exponent_is_lost(&inner))
    }

    /// The elements of `{a,"b c"}`, what stands between the quotes of an array constant.
    fn array_text(self, text: &str) -> Option<Vec<Literal>> {
        let mut rest = text.strip_prefix('{')?.strip_suffix('}')?;
        let mut elements = Vec::new();
        if rest.is_empty() {
            return Some(elements);
        }
        loop {
            let after = if let Some(inner) = rest.strip_prefix('"') {
                let (element, after) = escaped(inner)?;
                elements.push(self.quoted_element(element)?);
                after
            } else {
                let (element, after) = rest.split_at(rest.find(',').unwrap_or(rest.len()));
                elements.push(self.bare_element(element)?);
                after
            };
            if after.is_empty() {
                return Some(elements);
            }
            rest = after.strip_prefix(',')?;
        }
    }

    fn quoted_element(self, text: String) -> Option<Literal> {
        match self.family {
            Family::Text => Some(Literal::String(text)),
            Family::Json => Some(Literal::Json(text)),
            Family::Enum => Some(Literal::Enum(text)),
            _ => None,
        }
    }

    /// An element without quotes; of texts Prisma takes plain words only.
    fn bare_element(self, text: &str) -> Option<Literal> {
        match self.family {
            Family::Text | Family::Json | Family::Enum => {
                let is_word = text.starts_with(|it: char| it.is_ascii_alphabetic())
                    && text
                        .bytes()
                        .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-'));
                let is_null = !self.is_exact && text.eq_ignore_ascii_case("null");
                if is_word && !is_null { self.quoted_element(text.to_owned()) } else { None }
            }
            Family::Int | Family::BigInt | Family::Decimal | Family::Boolean => {
                let mut rest = Rest(text);
                self.literal(&mut rest).filter(|_| rest.is_empty())
            }
            Family::Bytes | Family::Moment | Family::Other => None,
        }
    }
}

/// `now()` and `CURRENT_TIMESTAMP`, in any case, in parentheses and with casts or without.
fn now(text: &str) -> Option<ColumnDefault> {
    let mut rest = Rest(text);
    rest.spaces();
    let word = rest.word()?;
    if word.eq_ignore_ascii_case("now") {
        rest.symbol('(')?;
        rest.symbol(')')?;
    } else if word.eq_ignore_ascii_case("current_timestamp") {
        if rest.symbol('(').is_some() {
            rest.symbol(')')?;
        }
    } else {
        return None;
    }
    rest.casts(false);
    rest.is_empty().then_some(ColumnDefault::Now)
}

/// `nextval('name'::regclass)` and `nextval(('name'::text)::regclass)`; of a name with namespace
/// the last part is kept.
fn sequence(text: &str, is_exact: bool) -> Option<ColumnDefault> {
    let mut rest = Rest(text.strip_prefix("nextval(")?);
    let nested = rest.symbol('(').is_some();
    let name = rest.quoted()?;
    rest.casts(false);
    if nested {
        rest.symbol(')')?;
        rest.casts(false);
    }
    rest.symbol(')')?;
    rest.casts(false);
    if !rest.is_empty() {
        return None;
    }
    let mut parts = Rest(&name);
    let mut is_bare = !parts.0.starts_with('"');
    let mut last = parts.name()?;
    while parts.symbol('.').is_some() {
        is_bare = !parts.0.starts_with('"');
        last = parts.name()?;
    }
    if is_exact && is_bare && last.starts_with('_') {
        return None;
    }
    parts.is_empty().then(|| ColumnDefault::Sequence(Some(Ident::new(last))))
}

/// `\x48656c` as bytes.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("\\x")?;
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| {
            let pair = std::str::from_utf8(pair).ok().filter(|it| it.len() == 2)?;
            u8::from_str_radix(pair, 16).ok()
        })
        .collect()
}
