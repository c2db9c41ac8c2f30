//! Getting in, and every way of being turned away.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use radoub_postgres::database::{ConnectReason, ConnectSettings, Database};
use radoub_postgres::url::DatabaseUrl;
use radoub_testing::postgres::{Auth, Cluster, Options};
use radoub_testing::secret;

use crate::ground::{chain, connect, run, try_connect};

#[test]
fn the_session_is_called_radoub_unless_the_url_says_otherwise() {
    let cluster = Cluster::shared();
    let database = cluster.database("named");
    run(async {
        let _one = connect(&database.url()).await;
        let _two = connect(&format!("{}?application_name=billing", database.url())).await;
        let names = database.psql(
            "SELECT application_name FROM pg_stat_activity WHERE datname = current_database() \
             AND application_name <> 'psql' AND pid <> pg_backend_pid() ORDER BY 1",
        );
        assert_eq!(names.split_whitespace().collect::<Vec<_>>(), ["billing", "radoub"]);
    });
}

#[test]
fn a_unix_socket_works_as_parameter_and_as_host() {
    let cluster = Cluster::shared();
    let Some(folder) = cluster.socket_folder() else { return };
    let url = DatabaseUrl::parse(&cluster.admin_url()).unwrap();
    let by_host = url.with_endpoint(&folder.display().to_string(), cluster.port());
    let by_parameter = format!("{}?host={}", cluster.admin_url(), folder.display());
    run(async {
        connect(by_host.reveal()).await.close().await;
        connect(&by_parameter).await.close().await;
    });
}

#[test]
fn passwords_with_special_characters_get_in() {
    let cluster = Cluster::shared();
    let password = secret::planted("a@b:c/d?e#f%g h'\"\\é");
    let quoted = password.replace('\'', "''");
    cluster.psql("postgres", "DROP ROLE IF EXISTS special");
    cluster.psql(
        "postgres",
        &format!("CREATE ROLE special LOGIN PASSWORD E'{}'", quoted.replace('\\', "\\\\")),
    );
    let url = cluster.url_as("special", &password, "postgres");
    run(async { connect(&url).await.close().await });
}

/// Connects and gives back why it did not work, and Prisma's code for it.
#[track_caller]
fn refused(url: &str) -> (ConnectReason, &'static str) {
    run(async {
        let error = try_connect(url).await.expect_err("let in");
        let text = chain(&error);
        secret::assert_silent("the error", &text);
        secret::assert_silent("its debug form", &format!("{error:?}"));
        let code = error.prisma_code();
        (error.reason, code)
    })
}

#[test]
fn a_wrong_password_is_told_apart() {
    let cluster = Cluster::shared();
    let (reason, code) = refused(&cluster.url_as("captain", &secret::planted("x"), "postgres"));
    assert!(matches!(reason, ConnectReason::Authentication(_)), "{reason:?}");
    assert_eq!(code, "P1000");
}

#[test]
fn a_missing_password_is_told_apart() {
    let cluster = Cluster::shared();
    let (reason, code) =
        refused(&format!("postgresql://postgres@127.0.0.1:{}/postgres", cluster.port()));
    assert!(matches!(reason, ConnectReason::PasswordMissing), "{reason:?}");
    assert_eq!(code, "P1000");
}

#[test]
fn fault_31_a_missing_database_is_told_apart() {
    let cluster = Cluster::shared();
    let (reason, code) = refused(&cluster.url("no such \"database\""));
    assert!(matches!(reason, ConnectReason::DatabaseMissing(_)), "{reason:?}");
    assert_eq!(code, "P1003");
}

#[test]
fn fault_17_an_unknown_host_is_told_apart() {
    let (reason, code) =
        refused(&format!("postgresql://a:{}@no-such-host.invalid:5432/x", secret::planted("x")));
    assert!(matches!(reason, ConnectReason::UnknownHost { .. }), "{reason:?}");
    assert_eq!(code, "P1001");
}

#[test]
fn fault_17_a_closed_port_is_told_apart() {
    // Taken, so that nobody else takes it, and not listened to.
    let taken = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    let any = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    taken.bind(&any.into()).unwrap();
    let port = taken.local_addr().unwrap().as_socket().unwrap().port();
    let (reason, code) = refused(&format!("postgresql://a:b@127.0.0.1:{port}/x"));
    assert!(matches!(reason, ConnectReason::ConnectionRefused { .. }), "{reason:?}");
    assert_eq!(code, "P1001");
}

#[test]
fn a_missing_socket_is_told_apart() {
    let (reason, code) = refused("postgresql://a:b@localhost/x?host=/nowhere/at/all");
    assert!(matches!(reason, ConnectReason::NoSocket { .. }), "{reason:?}");
    assert_eq!(code, "P1001");
}

#[test]
fn fault_15_a_server_that_never_answers_ends_in_the_deadline() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    for (query, deadline) in [("", Some(Duration::from_millis(300))), ("?connect_timeout=1", None)]
    {
        let url = DatabaseUrl::parse(&format!("postgresql://a:b@127.0.0.1:{port}/x{query}"));
        let url = url.unwrap();
        let settings = ConnectSettings { deadline, ..ConnectSettings::default() };
        let started = Instant::now();
        let error = run(Database::connect(&url, &settings)).expect_err("let in");
        assert!(matches!(error.reason, ConnectReason::Silent { .. }), "{error:?}");
        assert_eq!(error.prisma_code(), "P1002");
        assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    }
}

#[test]
fn what_is_not_postgresql_is_told_apart() {
    use std::io::{Read, Write};
    for answer in ["HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", ""] {
        for mode in ["disable", "prefer"] {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let port = listener.local_addr().unwrap().port();
            let server = std::thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                let _ = stream.read(&mut [0; 512]);
                let _ = stream.write_all(answer.as_bytes());
            });
            let (reason, _) =
                refused(&format!("postgresql://a:b@127.0.0.1:{port}/x?sslmode={mode}"));
            server.join().unwrap();
            // With TLS wanted, the S of SSH is a yes, and what follows is not TLS.
            assert!(
                matches!(
                    reason,
                    ConnectReason::NotPostgres(_)
                        | ConnectReason::Closed(_)
                        | ConnectReason::Tls(_)
                ),
                "{answer:?} {mode}: {reason:?}"
            );
        }
    }
}

#[test]
fn roles_and_rules_are_told_apart() {
    let cluster = Cluster::with(
        Options::default()
            .auth(Auth::Trust)
            .access("host all barred 127.0.0.1/32 reject")
            .access("hostnossl all onlytls 127.0.0.1/32 reject")
            .setting("max_connections", 10)
            .setting("superuser_reserved_connections", 1),
    );
    cluster.psql("postgres", "CREATE ROLE barred LOGIN; CREATE ROLE onlytls LOGIN; CREATE ROLE plain LOGIN; CREATE ROLE single LOGIN CONNECTION LIMIT 1");
    cluster.psql("postgres", "CREATE DATABASE closed");
    cluster.psql("postgres", "REVOKE CONNECT ON DATABASE closed FROM PUBLIC");
    let url = |role: &str, database: &str| {
        format!("postgresql://{role}@127.0.0.1:{}/{database}", cluster.port())
    };

    let (reason, code) = refused(&url("nobody_at_all", "postgres"));
    assert!(matches!(reason, ConnectReason::RoleMissing(_)), "{reason:?}");
    assert_eq!(code, "P1010");
    let (reason, _) = refused(&url("barred", "postgres"));
    assert!(matches!(reason, ConnectReason::NotAdmitted { encrypted: false, .. }), "{reason:?}");
    let (reason, _) = refused(&url("onlytls", "postgres"));
    assert!(matches!(reason, ConnectReason::NotAdmitted { encrypted: false, .. }), "{reason:?}");
    let (reason, code) = refused(&url("plain", "closed"));
    assert!(matches!(reason, ConnectReason::Denied(_)), "{reason:?}");
    assert_eq!(code, "P1010");
    let (reason, code) = refused(&format!("{}?sslmode=require", url("plain", "postgres")));
    assert!(matches!(reason, ConnectReason::TlsMissing), "{reason:?}");
    assert_eq!(code, "P1011");
    run(async {
        let _first = connect(&url("single", "postgres")).await;
        let error = try_connect(&url("single", "postgres")).await.expect_err("let in");
        assert!(matches!(error.reason, ConnectReason::TooManyConnections(_)), "{error:?}");
        assert!(error.may_pass());
    });
}
