//! URLs as they occur in the wild, and what becomes of them.

use secrecy::ExposeSecret;

use super::{DatabaseUrl, RootCertificates, SslMode, UrlError, Verification};

/// User, password, host, port, database, schema.
type Parts<'a> = (&'a str, Option<&'a str>, &'a str, u16, &'a str, &'a str);

#[track_caller]
fn reads(text: &str, parts: Parts<'_>) {
    let url = DatabaseUrl::parse(text).unwrap();
    let password = url.password().map(ExposeSecret::expose_secret);
    assert_eq!((url.user(), password, url.host(), url.port(), url.database(), url.schema()), parts);
    assert_eq!(url.reveal(), text.trim());
}

#[test]
fn every_part_is_read() {
    reads(
        "postgresql://app:secret@db.example:5433/erp?schema=sales",
        ("app", Some("secret"), "db.example", 5433, "erp", "sales"),
    );
}

#[test]
fn what_is_left_out_has_the_defaults_of_prisma() {
    reads("postgres://", ("", None, "localhost", 5432, "postgres", "public"));
    reads("postgresql://app@db", ("app", None, "db", 5432, "postgres", "public"));
    reads("postgresql://app:@db/x?schema=", ("app", None, "db", 5432, "x", "public"));
}

#[test]
fn every_part_is_percent_decoded() {
    reads(
        "postgresql://a%40b:p%2Fq%3Fr%23s%25@db/parabellum%5FAnalytics%22?schema=my%20schema",
        ("a@b", Some("p/q?r#s%"), "db", 5432, "parabellum_Analytics\"", "my schema"),
    );
}

#[test]
fn a_lone_percent_and_an_at_in_the_password_stay() {
    reads("postgresql://a:50%off@x@db/y", ("a", Some("50%off@x"), "db", 5432, "y", "public"));
}

#[test]
fn an_ipv6_host_stands_in_brackets() {
    reads("postgresql://a@[::1]:6000/x", ("a", None, "::1", 6000, "x", "public"));
    reads("postgresql://a@[fe80::1]/x", ("a", None, "fe80::1", 5432, "x", "public"));
}

#[test]
fn a_socket_is_a_parameter_or_an_encoded_host() {
    let socket = "/var/run/postgresql";
    reads(
        "postgresql://a@localhost/x?host=/var/run/postgresql",
        ("a", None, socket, 5432, "x", "public"),
    );
    reads("postgresql://a@%2Fvar%2Frun%2Fpostgresql/x", ("a", None, socket, 5432, "x", "public"));
    reads("postgresql:///x?host=/var/run/postgresql", ("", None, socket, 5432, "x", "public"));
}

#[test]
fn a_plus_in_a_parameter_is_a_blank() {
    let url = DatabaseUrl::parse("postgres://h/d?options=-c+statement_timeout%3D5s").unwrap();
    assert_eq!(url.parameter("options"), Some("-c statement_timeout=5s"));
}

#[track_caller]
fn refuses(text: &str, because: &UrlError) {
    let error = DatabaseUrl::parse(text).unwrap_err();
    assert_eq!(&error, because);
    assert!(!error.to_string().contains("hunter2"), "{error}");
}

#[test]
fn a_wrong_url_is_refused_without_repeating_it() {
    refuses("", &UrlError::Empty);
    refuses("mysql://a:hunter2@db/x", &UrlError::Scheme);
    refuses("a:hunter2@db/x", &UrlError::Scheme);
    refuses("prisma+postgres://localhost:51213/?api_key=hunter2", &UrlError::Hosted);
    refuses("postgresql://a:hunter2/x@db:5432/x", &UrlError::Port);
    refuses("postgresql://a:hunter2#x@db:5432/x", &UrlError::Port);
    refuses("postgresql://a:hunter2@db:99999/x", &UrlError::Port);
    refuses("postgresql://a:hunter2@db:0/x", &UrlError::Port);
    refuses("postgresql://a:hunter2@db1,db2/x", &UrlError::SeveralHosts);
    refuses("postgresql://a:hunter2@[::1/x", &UrlError::Brackets);
    refuses("postgresql://a:hunter2 x@db/x", &UrlError::Blank);
    refuses("postgresql://a:hunter2%FF@db/x", &UrlError::NotText { part: "password" });
    refuses("postgresql://a:hunter2%00@db/x", &UrlError::NotText { part: "password" });
    refuses(
        "postgresql://a:hunter2@db/x?connect_timeout=soon",
        &UrlError::Number { parameter: "connect_timeout" },
    );
}

#[test]
fn secrets_are_masked_and_harmless_parameters_are_not() {
    let text = "postgresql://a%40:hunter2@db/x?schema=s&sslpassword=hunter2&api_key=hunter2&\
                sslidentity=/etc/me.p12";
    let url = DatabaseUrl::parse(text).unwrap();
    let masked = "postgresql://a%40:****@db:5432/x?schema=s&sslpassword=****&api_key=****&\
                  sslidentity=/etc/me.p12";
    assert_eq!(format!("{url:?}"), masked);
    assert_eq!(url.masked(), masked);
}

#[test]
fn another_endpoint_or_database_keeps_the_rest() {
    let url = DatabaseUrl::parse("postgres://a%40:p%2F@postgres/x?host=elsewhere&schema=s s");
    let moved = url.unwrap().with_endpoint("::1", 15432).with_database("a\"b; drop");
    assert_eq!(moved.reveal(), "postgresql://a%40:p%2F@[::1]:15432/a%22b%3B%20drop?schema=s%20s");
    let again = DatabaseUrl::parse(moved.reveal()).unwrap();
    assert_eq!((again.host(), again.database()), ("::1", "a\"b; drop"));
}

#[test]
fn a_socket_survives_rewriting() {
    let url = DatabaseUrl::parse("postgres://a@h/x?host=/tmp/pg").unwrap().with_database("y");
    let again = DatabaseUrl::parse(url.reveal()).unwrap();
    assert_eq!((again.host(), again.database(), again.is_socket()), ("/tmp/pg", "y", true));
    assert_eq!(again.server(), "/tmp/pg/.s.PGSQL.5432");
}

#[test]
fn databases_of_one_server_have_one_key() {
    let key = |text: &str| DatabaseUrl::parse(text).unwrap().server_key();
    assert_eq!(key("postgres://a@DB.example/x"), key("postgres://b:c@db.example:5432/y"));
    assert_ne!(key("postgres://a@db/x"), key("postgres://a@db:5433/x"));
}

#[track_caller]
fn tls(query: &str, mode: SslMode, verification: Verification) {
    let url = DatabaseUrl::parse(&format!("postgres://h/d?{query}")).unwrap();
    assert_eq!((url.ssl_mode(), url.verification()), (mode, verification), "{query}");
}

#[test]
fn verify_modes_verify_and_unknown_modes_prefer() {
    tls("", SslMode::Prefer, Verification::None);
    tls("sslmode=disable", SslMode::Disable, Verification::None);
    tls("sslmode=require", SslMode::Require, Verification::None);
    tls("sslmode=require&sslaccept=strict", SslMode::Require, Verification::Full);
    tls("sslmode=require&sslaccept=whatever", SslMode::Require, Verification::Full);
    tls("sslmode=require&sslaccept=accept_invalid_certs", SslMode::Require, Verification::None);
    tls("sslmode=verify-ca", SslMode::Require, Verification::Authority);
    tls("sslmode=verify-full", SslMode::Require, Verification::Full);
    tls("sslmode=no-verify", SslMode::Prefer, Verification::None);
}

#[test]
fn both_names_of_the_authorities_are_understood() {
    let roots = |query: &str| {
        DatabaseUrl::parse(&format!("postgres://h/d?{query}")).unwrap().root_certificates()
    };
    assert_eq!(roots("sslcert=ca.pem"), RootCertificates::File("ca.pem".into()));
    assert_eq!(roots("sslrootcert=/ca.pem"), RootCertificates::File("/ca.pem".into()));
    assert_eq!(roots("sslrootcert=system"), RootCertificates::System);
    assert_eq!(roots(""), RootCertificates::System);
}

#[test]
fn timeouts_are_seconds_and_nought_means_none() {
    let timeout = |query: &str| {
        DatabaseUrl::parse(&format!("postgres://h/d?{query}")).unwrap().connect_timeout()
    };
    assert_eq!(timeout(""), Some(std::time::Duration::from_secs(5)));
    assert_eq!(timeout("connect_timeout=30"), Some(std::time::Duration::from_secs(30)));
    assert_eq!(timeout("connect_timeout=0"), None);
}
