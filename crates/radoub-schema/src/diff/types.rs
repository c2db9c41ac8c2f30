//! What becomes of values when the type of their column changes.
//!
//! The table is Prisma's, not PostgreSQL's: some casts that it calls safe may fail on the
//! server, others that would work are made anew (Prisma facts 10.5).

use super::{Comparison, last_part};
use crate::model::{Arity, Column, ColumnType};
use crate::render::Fidelity;
use crate::step::Cast;
use crate::types::NativeType;

impl<'a> Comparison<'a> {
    /// What becomes of the values of a column; `None` when its type does not change.
    pub(super) fn retyping(&self, from: &'a Column, to: &'a Column) -> Option<Cast> {
        use ColumnType as T;
        let (was_list, is_list) = (from.arity == Arity::List, to.arity == Arity::List);
        // A file can only name a domain as an unsupported type; Prisma, which sees what the domain is
        // made of, tells the two apart for ever (#346).
        let of_domain = |column: &Column, other: &Column| match (&column.domain, &other.kind) {
            (Some(domain), ColumnType::Unsupported(text)) => last_part(domain) == last_part(text),
            _ => false,
        };
        if self.terms.dialect.fidelity == Fidelity::Sound
            && (of_domain(from, to) || of_domain(to, from))
        {
            return None;
        }
        match (&from.kind, &to.kind) {
            (T::Enum(from), T::Enum(to)) => {
                // Prisma changes such an array in place, which PostgreSQL refuses (#175, #176).
                let refused = was_list != is_list && self.terms.dialect.fidelity == Fidelity::Sound;
                (refused || !self.same_enum(from, to)).then_some(Cast::Impossible)
            }
            // One that is said and one that is not; Prisma tells them apart for ever (#017, #021).
            (T::Native(from), T::Native(to))
                if was_list == is_list
                    && self.terms.dialect.fidelity == Fidelity::Sound
                    && self.is_live()
                    && said(*from) == said(*to) =>
            {
                None
            }
            (T::Native(from), T::Native(to)) if was_list == is_list => cast(*from, *to),
            // Arrays print as text; anything else would need an expression.
            (T::Native(_) | T::Unsupported(_), T::Native(to)) if was_list && !is_list => {
                Some(match to {
                    NativeType::Text | NativeType::VarChar(None) => Cast::Safe,
                    NativeType::VarChar(Some(_)) | NativeType::Char(_) => Cast::Risky,
                    _ => Cast::Impossible,
                })
            }
            // Two of these are never told apart (#052).
            (T::Unsupported(_), T::Unsupported(_)) if was_list == is_list => None,
            (T::Unsupported(_), T::Native(_)) | (T::Native(_), T::Unsupported(_))
                if was_list == is_list =>
            {
                Some(Cast::Risky)
            }
            _ => Some(Cast::Impossible),
        }
    }
}

/// What becomes of values of one type in another; `None` when the two are one.
///
/// Source: Prisma facts 10.5, measured over every pair of types with many lengths.
#[expect(
    clippy::match_same_arms,
    clippy::unnested_or_patterns,
    reason = "the arms are the rows of a table, grouped by meaning and not by outcome"
)]
pub fn cast(from: NativeType, to: NativeType) -> Option<Cast> {
    use Cast::{Impossible, Risky, Safe};
    use NativeType as N;

    if from == to || same_precision(from, to) {
        return None;
    }
    let safe_if = |fits: bool, otherwise: Cast| if fits { Safe } else { otherwise };
    let verdict = match (said(from), said(to)) {
        (_, N::Text | N::VarChar(None)) => Safe,
        (N::Text | N::Inet | N::Money, N::Citext) => Safe,

        (_, N::VarChar(Some(n)) | N::Char(Some(n))) => return Some(to_length(from, to, n)),

        (N::Bit(Some(m)), N::VarBit(n)) => safe_if(n.is_none_or(|n| n >= m), Impossible),
        (N::VarBit(m), N::Bit(n)) => match (m, n) {
            (Some(m), Some(n)) if n > m => Impossible,
            _ => Risky,
        },
        (N::VarBit(_), N::VarBit(None)) => Safe,
        (N::VarBit(Some(m)), N::VarBit(Some(n))) => safe_if(n >= m, Impossible),

        (N::SmallInt, N::Integer | N::BigInt) | (N::Integer, N::BigInt) => Safe,
        (N::Integer | N::BigInt, N::SmallInt) | (N::BigInt, N::Integer) => Risky,
        (N::Oid, N::Integer | N::BigInt) | (N::Real, N::DoublePrecision) => Safe,
        (N::DoublePrecision, N::Real) => Risky,
        (N::SmallInt | N::Integer | N::BigInt, N::Real | N::DoublePrecision | N::Decimal(None)) => {
            Safe
        }
        (N::SmallInt, N::Decimal(Some((p, s)))) => safe_if(p - s >= 3, Risky),
        (N::Integer, N::Decimal(Some((p, s)))) => safe_if(p - s >= 10, Risky),
        (N::BigInt, N::Decimal(Some((p, s)))) => safe_if(p - s >= 19, Risky),
        (N::Decimal(Some((p, 0))), N::SmallInt) => safe_if(p <= 2, Risky),
        (N::Decimal(Some((p, 0))), N::Integer) => safe_if(p <= 9, Risky),
        (N::Decimal(Some((p, 0))), N::BigInt) => safe_if(p <= 18, Risky),
        (N::Decimal(_), N::Decimal(None)) => Safe,
        (N::Decimal(Some((p, s))), N::Decimal(Some((q, t)))) => {
            safe_if(t >= s && q - t >= p - s, Risky)
        }
        (
            N::Real | N::DoublePrecision | N::Decimal(_),
            N::SmallInt | N::Integer | N::BigInt | N::Real | N::DoublePrecision | N::Decimal(_),
        ) => Risky,

        (
            N::Date | N::Timestamp(_) | N::Timestamptz(_),
            N::Date | N::Timestamp(_) | N::Timestamptz(_),
        )
        | (N::Timestamp(_) | N::Timestamptz(_), N::Time(_) | N::Timetz(_))
        | (N::Time(_), N::Timetz(_))
        | (N::Timetz(_), N::Time(_) | N::Timetz(_)) => Safe,

        (N::Json, N::JsonB) | (N::JsonB, N::Json) => Safe,
        (N::Citext | N::Money, _) => Risky,
        _ => Impossible,
    };
    Some(verdict)
}

/// One character or bit, said or not.
fn said(kind: NativeType) -> NativeType {
    match kind {
        NativeType::Char(None) => NativeType::Char(Some(1)),
        NativeType::Bit(None) => NativeType::Bit(Some(1)),
        other => other,
    }
}

/// What becomes of values in `VarChar(length)` or `Char(length)`.
#[expect(clippy::match_same_arms, reason = "the arms are the rows of a table")]
fn to_length(from: NativeType, to: NativeType, length: u32) -> Cast {
    use Cast::{Impossible, Risky, Safe};
    use NativeType as N;

    let safe_from = |enough: u32, otherwise: Cast| {
        if length >= enough { Safe } else { otherwise }
    };
    let is_char = matches!(to, N::Char(_));
    match from {
        N::SmallInt => safe_from(4, Risky),
        N::Integer => safe_from(11, Risky),
        N::BigInt => safe_from(20, Risky),
        N::Real => safe_from(47, Risky),
        N::DoublePrecision => safe_from(317, Risky),
        N::Decimal(Some((p, 0))) => safe_from(p + 1, Risky),
        N::Decimal(Some((p, _))) => safe_from(p + 2, Risky),
        N::Decimal(None) => safe_from(131_073, Risky),
        N::Time(_) => safe_from(14, Impossible),
        N::Timetz(_) => safe_from(19, Impossible),
        N::Timestamp(_) => safe_from(23, Impossible),
        N::Timestamptz(_) | N::Date => safe_from(28, Impossible),
        N::Uuid => safe_from(32, Impossible),
        N::ByteA if length < 3 => Impossible,
        N::ByteA | N::Text | N::Xml | N::Json | N::JsonB => Risky,
        N::VarBit(_) if to == N::Char(None) => Risky,
        N::VarChar(Some(m)) | N::Char(Some(m)) | N::VarBit(Some(m)) => safe_from(m, Risky),
        N::Char(None) => Safe,
        N::VarChar(None) | N::VarBit(None) => Risky,
        N::Bit(Some(_)) if to == N::Char(None) => Impossible,
        N::Bit(m) => safe_from(m.unwrap_or(1), Impossible),
        N::Boolean if is_char && length < 4 => Impossible,
        N::Boolean if is_char => safe_from(5, Risky),
        N::Oid | N::Inet if is_char => Impossible,
        N::Money | N::Citext if is_char => Risky,
        N::Oid | N::Inet | N::Boolean | N::Money | N::Citext => Safe,
    }
}

/// Whether two types of time differ only in a precision that one of them leaves out.
fn same_precision(from: NativeType, to: NativeType) -> bool {
    use NativeType as N;
    matches!(
        (from, to),
        (N::Time(a), N::Time(b))
        | (N::Timetz(a), N::Timetz(b))
        | (N::Timestamp(a), N::Timestamp(b))
        | (N::Timestamptz(a), N::Timestamptz(b)) if a.is_none() || b.is_none()
    )
}
