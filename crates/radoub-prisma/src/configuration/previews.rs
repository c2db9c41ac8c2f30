//! The preview features that each major knows.

use crate::version::PrismaMajor;

/// What a name among `previewFeatures` is.
pub(super) enum PreviewFeature {
    /// It does something; the name in the case of Prisma.
    Active(&'static str),
    /// It has become ordinary, or was given up without an error.
    Settled,
    /// Refused.
    Unknown,
}

/// Measured by asking the validators of 6.19 and 7.10 about each name; for 5, which knows the
/// union of both, by its release notes.
pub(super) fn preview_feature(name: &str, major: PrismaMajor, postgres: bool) -> PreviewFeature {
    const ACTIVE: [(&str, PrismaMajor, PrismaMajor); 11] = [
        ("metrics", PrismaMajor::Five, PrismaMajor::Six),
        ("nativeDistinct", PrismaMajor::Five, PrismaMajor::Seven),
        ("partialIndexes", PrismaMajor::Seven, PrismaMajor::Seven),
        ("postgresqlExtensions", PrismaMajor::Five, PrismaMajor::Seven),
        ("reactNative", PrismaMajor::Five, PrismaMajor::Seven),
        ("relationJoins", PrismaMajor::Five, PrismaMajor::Seven),
        ("schemaEngineDriverAdapters", PrismaMajor::Five, PrismaMajor::Seven),
        ("shardKeys", PrismaMajor::Five, PrismaMajor::Seven),
        ("strictUndefinedChecks", PrismaMajor::Five, PrismaMajor::Seven),
        ("typedSql", PrismaMajor::Five, PrismaMajor::Seven),
        ("views", PrismaMajor::Five, PrismaMajor::Seven),
    ];
    const SETTLED: [&str; 40] = [
        "aggregateApi",
        "atomicNumberOperations",
        "clientExtensions",
        "cockroachdb",
        "connectOrCreate",
        "createMany",
        "dataProxy",
        "deno",
        "distinct",
        "driverAdapters",
        "extendedIndexes",
        "extendedWhereUnique",
        "fieldReference",
        "filterJson",
        "filteredRelationCount",
        "fullTextIndex",
        "fullTextSearch",
        "groupBy",
        "improvedQueryRaw",
        "interactiveTransactions",
        "jsonProtocol",
        "microsoftSqlServer",
        "middlewares",
        "mongodb",
        "multiSchema",
        "nApi",
        "namedConstraints",
        "nativeTypes",
        "omitApi",
        "orderByAggregateGroup",
        "orderByNulls",
        "orderByRelation",
        "prismaSchemaFolder",
        "queryCompiler",
        "referentialActions",
        "referentialIntegrity",
        "selectRelationCount",
        "tracing",
        "transactionApi",
        "uncheckedScalarInputs",
    ];
    if postgres && name.eq_ignore_ascii_case("fullTextSearchPostgres") {
        return PreviewFeature::Active("fullTextSearchPostgres");
    }
    let active = ACTIVE.into_iter().find(|(known, ..)| known.eq_ignore_ascii_case(name));
    if let Some((known, first, last)) = active {
        return if (first..=last).contains(&major) {
            PreviewFeature::Active(known)
        } else {
            PreviewFeature::Unknown
        };
    }
    if SETTLED.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return PreviewFeature::Settled;
    }
    PreviewFeature::Unknown
}
